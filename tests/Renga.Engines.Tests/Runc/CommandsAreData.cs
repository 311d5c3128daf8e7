using System.Collections.Immutable;
using System.Net;
using Renga.Engines.Runc;
using Renga.Engines.State;
using Renga.Engines.Supervision;

namespace Renga.Engines.Tests.Runc;

public sealed class CommandsAreData
{
    private static readonly EnginesOptions Options = new() { Folder = "/data/dynos", PlatformId = "0123abcd", AllowedHostPorts = [8080, 5000] };

    private static readonly DynoSlot Slot = new(0x1f, "0123abcd", IPNetwork.Parse("10.208.0.0/14"));

    [Fact]
    public void Slot_Number_GivesNamesUsersAndAddresses()
    {
        Slot.Link.ShouldBe("rg0123abcd-1f");
        (Slot with { Number = DynoSlot.Count(Slot.Network) - 1 }).Link.Length.ShouldBeLessThanOrEqualTo(15);
        Slot.Namespace.ShouldBe("renga-0123abcd-1f");
        Slot.Gateway.ShouldBe(IPAddress.Parse("10.208.0.125"));
        Slot.Dyno.ShouldBe(IPAddress.Parse("10.208.0.126"));
        Slot.FirstUser.ShouldBe(0x10000000u + (0x1fu * 65536));
        ((long)(Slot with { Number = DynoSlot.Count(Slot.Network) - 1 }).FirstUser + CanonicalOwner.RangeSize).ShouldBeLessThanOrEqualTo(uint.MaxValue);
    }

    [Fact]
    public void Network_Make_TwoBatches()
    {
        var made = SlotNetwork.Make(Slot);
        made.Select(static m => m.Command.ToString()).ShouldBe(["ip -batch -", "ip -netns renga-0123abcd-1f -batch -"]);
        made[0].Input.ShouldContain("addr add 10.208.0.125/30 dev rg0123abcd-1f");
        made[1].Input.ShouldContain("route add default via 10.208.0.125");
    }

    [Fact]
    public void Supervisor_Terminal_EveryArgumentIsItsOwn()
    {
        var folder = new DynoFolder("/data/dynos", Guid.Parse("01a1fe18-a852-7eff-b2ca-c3ffa8ac6dc6"));
        var command = new SupervisorCommand(folder, "/data/launch.sh", "/usr/sbin/runc", ["--root", "/run/x y"], new InteractiveMode(Terminal: true), 1000, ["/cg/a", "/cg/b"]).Build();
        command.Program.ShouldBe("/bin/sh");
        command.Arguments.Take(6).ShouldBe(["/data/launch.sh", "2", "/cg/a", "/cg/b", "conmon", "--api-version"]);
        command.Arguments.ShouldContain("--runtime-arg=/run/x y");
        command.Arguments.ShouldContain("--terminal");
        command.Arguments.ShouldContain("--stdin");
    }

    [Fact]
    public void Disk_Command_LimitsBytesAndFiles()
    {
        var command = DynoDisk.MakeCommand("/data/disk.img", 64 * 1024 * 1024, 256, journal: false, owner: 0);
        command.ToString().ShouldBe("mke2fs -q -F -t ext4 -m 0 -b 4096 -O ^has_journal -E lazy_itable_init=1,lazy_journal_init=1,nodiscard,root_owner=0:0 -N 16384 /data/disk.img 65536k");
    }

    [Fact]
    public void Firewall_Rules_NameOnlyThisPlatformAndTheAllowedPorts()
    {
        var rules = Firewall.Rules(Options, [IPAddress.Parse("192.0.2.53")]);
        rules.ShouldContain("table inet renga_0123abcd");
        rules.ShouldContain("tcp dport { 5000, 8080 } accept");
        rules.ShouldContain("ip daddr 192.0.2.53 meta l4proto { tcp, udp } th dport 53 accept");
        rules.ShouldContain("oifname \"rg*\" drop");
    }

    [Fact]
    public void Seccomp_Profile_RefusesByDefaultAndHasNothingDangerous()
    {
        Seccomp.Profile()["defaultAction"]!.ToString().ShouldBe("SCMP_ACT_ERRNO");
        Seccomp.Allowed.Distinct().Count().ShouldBe(Seccomp.Allowed.Count);
        string[] refused =
        [
            "mount", "umount2", "pivot_root", "unshare", "setns", "clone", "clone3", "bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "kexec_load", "reboot",
            "init_module", "finit_module", "delete_module", "open_by_handle_at", "io_uring_setup", "swapon", "socket", "personality", "fsopen", "open_tree", "move_mount", "mount_setattr", "syslog",
        ];
        Seccomp.Allowed.Intersect(refused).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("30 25 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", true)]
    [InlineData("30 25 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n31 25 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw", false)]
    [InlineData("30 25 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n31 25 0:27 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd", false)]
    public void Cgroups_MountInfo_VersionOfTheMemoryControllerRules(string mountInfo, bool unified) => Cgroups.Parse(mountInfo).IsUnified.ShouldBe(unified);

    [Theory]
    [InlineData("30 25 0:26 / /cg rw - cgroup2 cgroup2 rw", "/cg/g/memory.high=1000 /cg/g/io.weight=default 50 /cg/g/io.bfq.weight=50")]
    [InlineData("30 25 0:26 / /cg/memory rw - cgroup cgroup rw,memory\n31 25 0:27 / /cg/blkio rw - cgroup cgroup rw,blkio\n32 25 0:28 / /cg/unified rw - cgroup2 cgroup2 rw", "/cg/memory/g/memory.soft_limit_in_bytes=1000 /cg/blkio/g/blkio.bfq.weight=50")]
    [InlineData("30 25 0:26 / /cg/memory rw - cgroup cgroup rw,memory", "/cg/memory/g/memory.soft_limit_in_bytes=1000")]
    public void Cgroups_SoftLimits_AreFilesOfTheVersionThatRules(string mountInfo, string settings) =>
        string.Join(' ', Cgroups.Parse(mountInfo).Settings("/g", new DynoLimits(2000, 128, 10, 1, MemorySoftBytes: 1000, IoWeight: 50)).Select(static s => $"{s.File}={s.Value}")).ShouldBe(settings);

    [Fact]
    public void Cgroups_OrdinaryDyno_NeedsNothingBesideTheRuntime() =>
        Cgroups.Parse("30 25 0:26 / /cg rw - cgroup2 cgroup2 rw").Settings("/g", new DynoLimits(2000, 128, 10, 1)).ShouldBeEmpty();

    [Fact]
    public void ResolvConf_NameServers_AreRead() =>
        HostStack.NameServers("# x\nnameserver 127.0.0.53\nnameserver\t10.0.0.1\nsearch a\n").ShouldBe([IPAddress.Parse("127.0.0.53"), IPAddress.Parse("10.0.0.1")]);

    [Fact]
    public void PlatformId_Folder_IsEightHexadecimalDigitsAndStable()
    {
        PlatformId.Of("/tmp/x").ShouldBe(PlatformId.Of("/tmp/x/"));
        PlatformId.Of("/tmp/x").ShouldMatch("^[0-9a-f]{8}$");
        ImmutableArray.Create(PlatformId.Of("/tmp/x"), PlatformId.Of("/tmp/y")).Distinct().Count().ShouldBe(2);
    }
}
