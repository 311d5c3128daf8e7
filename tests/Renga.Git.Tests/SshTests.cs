using System.Globalization;
using System.Net;
using Renga.Git.Ssh;
using Renga.Model;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Git.Tests;

public sealed class SshTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Push_BuildsStreamsAndCanBeCloned()
    {
        await using var host = await SshHost.StartAsync(Ct);
        host.Git.Gatekeeper.Add("ronin");
        using var copy = await host.CopyAsync(Ct);
        var bytes = new byte[3 * 1024 * 1024];
        new Random(42).NextBytes(bytes);
        var content = Convert.ToHexString(bytes);
        var commit = await copy.CommitAsync("big.txt", content, Ct, "First \"poem\"");

        var push = await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), "main");
        await copy.MustAsync(Ct, "-c", "protocol.version=2", "clone", "--quiet", host.AppUrl("ronin"), "clone");
        await copy.MustAsync(Ct, "-c", "protocol.version=0", "clone", "--quiet", host.AppUrl("ronin"), "clone-old");

        push.Error.ShouldContain("remote: -----> Building on the host stack");
        push.Error.ShouldContain("remote: Verifying deploy... done.");
        var (request, files) = host.Git.Builds.Builds.ShouldHaveSingleItem();
        (request.AccountEmail, request.Commit, files["big.txt"]).ShouldBe(("dev@example.com", commit, content));
        foreach (var clone in (string[])["clone", "clone-old"])
            (await File.ReadAllTextAsync(Path.Combine(copy.Path, clone, "big.txt"), Ct)).ShouldBe(content);
        Directory.EnumerateDirectories(host.Git.RunFolder, "push-*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Push_ToTheOldShapeOfAddress_Works()
    {
        await using var host = await SshHost.StartAsync(Ct);
        host.Git.Gatekeeper.Add("ronin");
        using var copy = await host.CopyAsync(Ct);
        copy.SshCommand += string.Create(CultureInfo.InvariantCulture, $" -p {host.Port}");
        await copy.CommitAsync("a", "1", Ct);

        await copy.MustAsync(Ct, "push", "git@127.0.0.1:ronin.git", "main");
        (await copy.MustAsync(Ct, "ls-remote", "git@127.0.0.1:ronin")).Output.ShouldContain("refs/heads/main");
    }

    [Fact]
    public async Task Push_FailedBuild_IsRejected()
    {
        await using var host = await SshHost.StartAsync(Ct);
        host.Git.Gatekeeper.Add("ronin");
        using var copy = await host.CopyAsync(Ct);
        await copy.CommitAsync("a", "1", Ct);
        host.Git.Builds.Behaviour = static (_, _, _) => Task.FromResult<Refusal?>(Refusal.Invalid("Push rejected, failed to compile Node.js app."));

        var push = await copy.GitAsync(Ct, "push", host.AppUrl("ronin"), "main");

        push.Status.ShouldNotBe(0);
        push.Error.ShouldContain("remote:  !     Push rejected, failed to compile Node.js app.");
        push.Error.ShouldContain("pre-receive hook declined");
    }

    [Fact]
    public async Task Push_PackOverTheLimit_IsRefusedByGit()
    {
        await using var host = await SshHost.StartAsync(Ct, static o => o with { MaxPackBytes = 64 * 1024 });
        host.Git.Gatekeeper.Add("ronin");
        using var copy = await host.CopyAsync(Ct);
        var bytes = new byte[2 * 1024 * 1024];
        new Random(7).NextBytes(bytes);
        await copy.CommitAsync("random", Convert.ToBase64String(bytes), Ct);

        var push = await copy.GitAsync(Ct, "push", host.AppUrl("ronin"), "main");

        push.Status.ShouldNotBe(0);
        push.Error.ShouldContain("exceeds maximum allowed size");
        host.Git.Builds.Builds.ShouldBeEmpty();
    }

    [Fact]
    public async Task Push_ToAnAppThatIsNotTheirs_SaysSo()
    {
        await using var host = await SshHost.StartAsync(Ct);
        using var copy = await host.CopyAsync(Ct);
        await copy.CommitAsync("a", "1", Ct);

        var push = await copy.GitAsync(Ct, "push", host.AppUrl("nobody"), "main");

        push.Status.ShouldNotBe(0);
        push.Error.ShouldContain(" !     No such app as nobody.");
        Directory.Exists(host.Git.Folder["git"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Key_ThatIsNobodys_IsNotLetIn()
    {
        await using var host = await SshHost.StartAsync(Ct);
        host.Git.Gatekeeper.Keys.Clear();

        var result = await host.RunAsync(Ct, "git@127.0.0.1", "git-upload-pack 'ronin.git'");

        result.Status.ShouldBe(255);
        result.Error.ShouldContain("Permission denied (publickey)");
        (await host.RunAsync(Ct, "root@127.0.0.1", "id")).Error.ShouldContain("Permission denied (publickey)");
    }

    [Fact]
    public async Task Session_OfAnythingButGit_IsRefusedInOneLine()
    {
        await using var host = await SshHost.StartAsync(Ct);
        host.Git.Gatekeeper.Add("ronin");
        foreach (var command in (string[])
            ["id", "sh -c id", "scp -t /tmp", "git-upload-archive 'ronin.git'", "git-upload-pack 'ronin.git'; id", "git-upload-pack 'ronin.git' --help",
             "git-upload-pack '../ronin.git'", "git-upload-pack '$(id)'", "git-receive-pack '--help'", "git-upload-pack 'ro'\\''nin'", "git-upload-pack 'ronin.git'\nid",
             "git-receive-pack '/etc/passwd'", "/usr/lib/openssh/sftp-server", "git-upload-pack \u0001", "git upload-pack", new string('x', 50_000)])
        {
            var result = await host.RunAsync(Ct, "git@127.0.0.1", command);
            result.Status.ShouldBe(1, command);
            result.Output.ShouldBeEmpty(command);
            result.Error.ShouldStartWith(" !     ", Case.Sensitive, command);
            result.Error.Trim().Split('\n').ShouldHaveSingleItem(command);
        }

        (await host.RunAsync(Ct, "git@127.0.0.1")).Error.ShouldBe(" !     Hello, dev@example.com. There is no shell here; git push, fetch and clone work.\n");
        (await host.RunAsync(Ct, "-tt", "git@127.0.0.1")).Error.ShouldContain("PTY allocation request failed");
        (await host.RunAsync(Ct, "-s", "git@127.0.0.1", "sftp")).Error.ShouldContain("subsystem request failed");
        (await host.RunAsync(Ct, "-W", new Uri(host.Git.Url).Authority, "git@127.0.0.1")).Error.ShouldContain("stdio forwarding failed");
        (await host.RunAsync(Ct, "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1", "git@127.0.0.1", "git-upload-pack 'ronin.git'")).Error.ShouldContain("remote port forwarding failed");
    }

    [Fact]
    public async Task Push_ClientHangsUp_CancelsTheBuildAndLeavesNothing()
    {
        await using var host = await SshHost.StartAsync(Ct);
        var app = host.Git.Gatekeeper.Add("ronin");
        using var copy = await host.CopyAsync(Ct);
        await copy.CommitAsync("a", "1", Ct);
        var (started, cancelled) = LongBuild(host);

        using var push = ProcessRunner.Start(copy.Git("push", host.AppUrl("ronin"), "main"));
        await started.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        ProcessRunner.Kill(push);

        await cancelled.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        await Eventually.HoldsAsync("the push's folder to go", _ => Task.FromResult(!Directory.EnumerateDirectories(host.Git.RunFolder, "push-*").Any()), Ct);
        (await copy.MustAsync(Ct, "ls-remote", host.AppUrl("ronin"))).Output.ShouldBeEmpty();
        Directory.EnumerateDirectories(Path.Combine(host.Git.Repository(app), "objects"), "*incoming*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Push_PlatformStops_EndsForBoth()
    {
        await using var host = await SshHost.StartAsync(Ct);
        host.Git.Gatekeeper.Add("ronin");
        using var copy = await host.CopyAsync(Ct);
        await copy.CommitAsync("a", "1", Ct);
        var (started, cancelled) = LongBuild(host);
        using var push = ProcessRunner.Start(copy.Git("push", host.AppUrl("ronin"), "main"));
        await started.WaitAsync(TimeSpan.FromSeconds(30), Ct);

        await host.Git.StopAsync();

        await cancelled.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        await push.WaitForExitAsync(Ct).WaitAsync(TimeSpan.FromSeconds(30), Ct);
        push.ExitCode.ShouldNotBe(0);
        (await push.StandardError.ReadToEndAsync(Ct)).ShouldContain("The platform is stopping. Nothing was changed");
        host.DaemonId().ShouldBeNull();
    }

    [Fact]
    public async Task Sshd_ThatDies_IsStartedAgain()
    {
        await using var host = await SshHost.StartAsync(Ct);
        host.Git.Gatekeeper.Add("ronin");
        using var copy = await host.CopyAsync(Ct);

        await ProcessRunner.RunCheckedAsync(Command.Of("kill", "-KILL", host.DaemonId().ShouldNotBeNull().ToString(CultureInfo.InvariantCulture)), Ct);

        await Eventually.HoldsAsync("sshd to serve again", async ct => (await copy.GitAsync(ct, "ls-remote", host.AppUrl("ronin"))).Succeeded, Ct, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Platform_WhereSshCannotRun_GoesOnWithout()
    {
        await using var host = await GitHost.StartAsync(static o => o with
        {
            Ssh = new SshOptions { Folder = Path.Combine(o.RunFolder, "a \"b"), RunFolder = Path.Combine(o.RunFolder, "door"), Address = IPAddress.Loopback, Port = 1, UserId = 0x0F000000 },
        });
        host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        await copy.CommitAsync("a", "1", Ct);

        await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), "main");
    }

    [Theory]
    [InlineData("git-receive-pack 'ronin.git'", true, "ronin")]
    [InlineData("git-receive-pack '/ronin.git'", true, "ronin")]
    [InlineData("git upload-pack 'ronin'", false, "ronin")]
    [InlineData("git-upload-pack /ronin.git/", false, "ronin")]
    public void CommandLine_OfGit_IsUnderstood(string text, bool push, string app) =>
        SshCommandLine.Parse(text, "").Value.ShouldBe(new SshCommandLine(push, app));

    private static (Task Started, Task Cancelled) LongBuild(SshHost host)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Git.Builds.Behaviour = async (_, output, ct) =>
        {
            await output.WriteAsync("-----> Long build\n"u8.ToArray());
            started.SetResult();
            await using var noticing = ct.Register(cancelled.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
            return null;
        };
        return (started.Task, cancelled.Task);
    }
}
