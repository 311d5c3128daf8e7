using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Renga.Conformance;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Engines.Tests.Runc;

/// <summary>What hostile code in a dyno tries.</summary>
public sealed class RuncIsolation : IAsyncLifetime
{
    private RuncEngineHarness _harness = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IDynoEngine Engine => _harness.Engine;

    public async ValueTask InitializeAsync() => _harness = await RuncEngineHarness.MakeAsync(Ct);

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task Privileges_NoneOfAnyKind()
    {
        var output = await RunAsync("grep -E '^(Cap|NoNewPrivs|Seccomp:|Uid)' /proc/self/status; cat /proc/self/uid_map");
        foreach (var set in new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" })
            output.ShouldContain(set + ":\t0000000000000000");
        output.ShouldContain("NoNewPrivs:\t1");
        output.ShouldContain("Seccomp:\t2");
        output.ShouldContain("Uid:\t1000\t1000\t1000\t1000");
        var range = output.Trim().Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        uint.Parse(range[1], CultureInfo.InvariantCulture).ShouldBeGreaterThan((uint)CanonicalOwner.Id);
    }

    [Fact]
    public async Task Processes_OnlyItsOwnAreSeen()
    {
        var output = await RunAsync("ls -d /proc/[0-9]* | wc -l; tr '\\0' ' ' < /proc/1/cmdline; cat /proc/kcore /proc/keys /proc/kallsyms 2>&1 | wc -c; cat /proc/sysrq-trigger 2>&1; echo b > /proc/sysrq-trigger");
        var lines = output.Split('\n');
        int.Parse(lines[0], CultureInfo.InvariantCulture).ShouldBeLessThan(6);
        lines[1].ShouldStartWith("/usr/bin/catatonit");
        output.ShouldContain("sysrq-trigger: ");
    }

    [Fact]
    public async Task Files_MachineIsReadOnlyAndWhatIsPrivateIsAbsent()
    {
        var output = await RunAsync(
            """
            for p in /usr/bin/x /x /etc/x /bin/x /run/x /sys/x /proc/sys/kernel/hostname /home/x /root/x /var/x /dev/x; do (echo x > $p) 2>/dev/null && echo "wrote $p"; done
            for p in /etc/shadow /etc/ssh /etc/ssl/private /root/.nuget /etc/gshadow /etc/sudoers /boot /sys/kernel /var/lib/dpkg /home/user /dev/sda /dev/vda /dev/loop0 /dev/mem /dev/kmsg; do test -e $p && echo "sees $p"; done
            id -un; echo $HOME; cat /etc/passwd | wc -l; test -r /etc/ssl/certs/ca-certificates.crt && echo trusts
            """);
        output.ShouldBe("dyno\n/app\n3\ntrusts\n");
    }

    [Fact]
    public async Task ControlGroup_ItsOwnIsSeen_AndNothingElseOfSys()
    {
        var output = await RunAsync(
            """
            cd /sys/fs/cgroup
            cat memory.max memory/memory.limit_in_bytes 2>/dev/null
            ls /sys /sys/fs | xargs echo
            cat /proc/self/cgroup | cut -d: -f3 | sort -u
            find -L . -maxdepth 3 -writable
            find -L . -maxdepth 3 -name release_agent
            find -L . -maxdepth 3 -name cgroup.procs | while read f; do grep -qx 0 $f && echo "a process of others in $f"; done
            find -L . -maxdepth 3 -name cgroup.procs | while read f; do (echo $$ >$f) 2>/dev/null && echo "entered $f"; done
            (echo 1 >memory.max; echo 1 >memory/memory.limit_in_bytes; mkdir x; mkdir memory/x) 2>/dev/null && echo wrote
            """);
        output.ShouldBe($"{Dynos.Limits.MemoryBytes}\n/sys: fs /sys/fs: cgroup\n/\n");
    }

    [Fact]
    public async Task ControlGroup_RuntimesFindTheirMemoryLimit()
    {
        var (exit, output) = await Engine.RunAsync(Dynos.Shell("node -p 'process.constrainedMemory()'") with { Limits = Dynos.Limits with { MemoryBytes = 300 << 20 } }, Ct);
        output.ShouldBe($"{300 << 20}\n");
        exit.Status.ShouldBe(0);
    }

    [Fact]
    public async Task SetUid_ProgramsRaiseNothing()
    {
        var output = await RunAsync("cp /usr/bin/id ./id; chmod u+s ./id; ./id -u; su -c id 2>&1 | head -1; unshare --user true 2>&1; unshare --mount true 2>&1; mount -t tmpfs x /tmp 2>&1; mknod ./d b 7 0 2>&1; chroot / true 2>&1; ping -c1 127.0.0.1 > /dev/null 2>&1; dmesg 2>&1 | head -1");
        output.ShouldStartWith("1000\n");
        output.ShouldContain("unshare: unshare failed: Operation not permitted");
        output.ShouldContain("must be superuser to use mount");
        output.ShouldContain("mknod: ./d: Operation not permitted");
        output.ShouldContain("Operation not permitted");
        output.ShouldNotContain("uid=0");
    }

    [Fact]
    public async Task Files_OfAnotherDyno_AreOutOfReachEvenOfItsUser()
    {
        var one = Dynos.Shell("echo secret > mine; chmod 777 mine .; sleep 60");
        var created = await Engine.CreateAsync(one, Ct);
        await Engine.StartAsync(one.Id, Ct);
        await Eventually.HoldsAsync("the file", _ => Task.FromResult(File.Exists(Path.Combine(created.WorkFolder, "app", "mine"))), Ct);
        var output = await RunAsync($"cat {created.WorkFolder}/app/mine 2>&1; ls /run/renga /tmp/renga* 2>&1");
        output.ShouldNotContain("secret\n");
        output.ShouldContain("No such file");
    }

    [Fact]
    public async Task Network_OtherDynosTheMachineAndLinkLocal_AreOutOfReach()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var hostPort = ((IPEndPoint)listener.LocalEndpoint).Port;
        var other = Dynos.Shell("exec perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new(Listen=>5,LocalPort=>$ENV{PORT}) or die; print \"up\\n\"; $|=1; while($c=$s->accept){close $c}'") with { ListensOnPort = true };
        var created = await Engine.CreateAsync(other, Ct);
        await Engine.StartAsync(other.Id, Ct);
        await Eventually.HoldsAsync("the other dyno answers the machine", async ct => { using var c = new TcpClient(); await c.ConnectAsync(created.Endpoint!, ct); return true; }, Ct);

        // What can be reached answers or refuses; what cannot, times out.
        var gateway = "$(ip route | sed -n 's/default via \\([0-9.]*\\).*/\\1/p')";
        var output = await RunAsync(
            $$"""
            try() { timeout 1 bash -c "echo > /dev/tcp/$1/$2" 2>/dev/null && echo "reached $1:$2"; }
            try {{created.Endpoint!.Address}} {{created.Endpoint.Port}} &
            try {{gateway}} {{hostPort}} &
            try 127.0.0.1 {{hostPort}} &
            try 169.254.169.254 80 &
            for a in {{string.Join(' ', HostAddresses())}}; do try $a {{hostPort}} & done
            wait
            ip -o -6 addr show dev eth0 | wc -l
            """);
        output.ShouldBe("0\n");
    }

    [Fact]
    public async Task Network_AllowedHostPort_IsReached()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var harness = await RuncEngineHarness.MakeAsync(Ct, o => o.AllowedHostPorts = [port]);
        var line = $"bash -c 'echo > /dev/tcp/{HostAddresses().First()}/{port}' && echo reached";
        (await harness.Engine.RunAsync(Dynos.Shell(line), Ct)).Output.ShouldBe("reached\n");
    }

    [Fact]
    public async Task Network_Outside_IsReachedByName()
    {
        // npm knows a host that every machine which builds apps can reach.
        var registry = new Uri((await ProcessRunner.RunCheckedAsync(Command.Of("npm", "config", "get", "registry"), TestContext.Current.CancellationToken)).Output.Trim());
        var output = await RunAsync($"getent hosts {registry.Host} > /dev/null && echo named; timeout 20 curl -sS -o /dev/null -w '%{{http_code}}' --cacert /etc/ssl/certs/ca-certificates.crt {registry}left-pad 2>&1");
        output.ShouldBe("named\n200");
    }

    [Fact]
    public async Task Processes_ForkBomb_IsLimitedAndCanBeDestroyed()
    {
        var spec = Dynos.Shell("b() { b | b & }; b; sleep 600") with { Limits = Dynos.Limits with { MaxProcesses = 40 } };
        await Engine.CreateAsync(spec, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        await Engine.ReadUntilAsync(spec.Id, 0, "fork", Ct);
        await Engine.DestroyAsync(spec.Id, Ct);
        (await _harness.RestartAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Processes_Orphans_AreReaped()
    {
        var output = await RunAsync("for i in 1 2 3 4 5; do (sleep 0.05 &) ; done; sleep 0.4; grep -l 'State:.Z' /proc/[0-9]*/status | wc -l");
        output.ShouldBe("0\n");
    }

    [Fact]
    public async Task Memory_PastTheLimit_IsKilledAndReported()
    {
        var spec = Dynos.Shell("exec perl -e '$x = \"x\" x (600*1024*1024); sleep 60'");
        var (exit, _) = await Engine.RunAsync(spec, Ct);
        exit.OutOfMemory.ShouldBeTrue();
        exit.Status.ShouldBe(137);
    }

    [Fact]
    public async Task Disk_FullOfBytesOrFiles_StopsTheDynoOnly()
    {
        var output = await RunAsync(
            """
            dd if=/dev/zero of=/tmp/big bs=1M count=200 2>&1 | grep -o 'No space left on device'
            rm /tmp/big
            dd if=/dev/zero of=/app/big bs=1M count=200 2>&1 | grep -o 'No space left on device'
            rm /app/big
            (truncate -s 1T /tmp/sparse) 2>&1 | grep -o 'File size limit exceeded'
            perl -e 'while (mkdir "/tmp/d$i") { $i++ } print $i < 20000 ? "limited\n" : $i'
            """);
        output.ShouldBe("No space left on device\nNo space left on device\nFile size limit exceeded\nlimited\n");
    }

    [Fact]
    public async Task Shared_UserRange_StillRunsSlugs()
    {
        await using var harness = await RuncEngineHarness.MakeAsync(Ct, static o => o.IdMapping = false);
        var image = await harness.MakeSlugAsync(new Dictionary<string, string> { ["file"] = "from slug\n" }, Ct);
        var (_, output) = await harness.Engine.RunAsync(Dynos.Shell("cat file; echo more >> file && stat -c %u file; sed 's/  */ /g' /proc/self/uid_map") with { SlugImage = image }, Ct);
        output.ShouldBe($"from slug\n1000\n 0 {CanonicalOwner.RangeStart} 65536\n");
    }

    private static IEnumerable<string> HostAddresses() =>
        Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork).Concat(
            System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces().SelectMany(static n => n.GetIPProperties().UnicastAddresses).Select(static a => a.Address))
        .Where(static a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a)).Select(static a => a.ToString()).Distinct().Where(static a => !a.StartsWith("10.208", StringComparison.Ordinal));

    private async Task<string> RunAsync(string line) => (await Engine.RunAsync(Dynos.Shell(line), Ct)).Output;
}
