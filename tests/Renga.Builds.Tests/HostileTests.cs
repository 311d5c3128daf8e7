using System.Net;
using System.Net.Sockets;
using Renga.Model.Builds;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Builds.Tests;

public sealed class HostileTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_IsDetected_SaysWhatToDo()
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await FailAsync(compiler, compiler.Source(("README", "hello")));

        built.Output.ShouldContain(" !     No default language could be detected for this app.\n !     HINT: ");
        compiler.Log.Lines[^1].ShouldBe("app[api]: Build failed -- check your build output");
        compiler.Records.Builds.Values.Single().FailureReason.ShouldNotBeNull().ShouldStartWith("No default language could be detected");
    }

    [Fact]
    public async Task Procfile_WithSyntaxErrors_NamesTheLines()
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await FailAsync(compiler, compiler.Source(("Procfile", "web: ok\nthis is wrong\n# fine\nworse\n")));

        built.Output.ShouldContain("line 2: expected \"type: command\", found \"this is wrong\"; line 4:");
    }

    [Fact]
    public async Task Compile_ThatFails_RejectsWithTheLanguagesName()
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.UseBuildpacks(compiler.Buildpack("bad", "echo 'it broke' >&2; exit 3", "echo Cobol"));

        var built = await FailAsync(compiler, compiler.Source(("a", "1")));

        built.Output.ShouldContain("it broke\n");
        built.Output.ShouldContain("\n !     Push rejected, failed to compile Cobol app.\n !\n !     Push failed\n");
    }

    [Theory]
    [InlineData("ln -s /etc/shadow \"$1/Procfile\"")]
    [InlineData("rm -f \"$1/Procfile\"; mkfifo \"$1/Procfile\"")]
    [InlineData("rm -rf \"$1\"; ln -s /etc \"$1\"")]
    [InlineData("cd /tmp; for f in \"${TMPDIR:-/tmp}\"/results_*; do rm -rf \"$f\"; ln -s /etc \"$f\"; done")]
    [InlineData("head -c 1000000 /dev/zero >\"$1/Procfile\"")]
    public async Task Results_ThatAreNoPlainFiles_AreRefused(string compile)
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.UseBuildpacks(compiler.Buildpack("evil", compile));

        var built = await FailAsync(compiler, compiler.Source(("a", "1")));

        built.Output.ShouldNotContain("root:");
    }

    [Fact]
    public async Task Build_ThatHangs_IsStopped()
    {
        await using var compiler = await Compiler.StartAsync(static o => o with { Timeout = TimeSpan.FromSeconds(2) });
        compiler.UseBuildpacks(compiler.Buildpack("hang", "echo waiting; exec sleep 1000"));

        (await FailAsync(compiler, compiler.Source(("a", "1")))).Output.ShouldContain(" !     The build took longer than 2 seconds and was stopped.");
    }

    [Fact]
    public async Task Build_ThatIsCancelled_IsKilled()
    {
        await using var compiler = await Compiler.StartAsync();
        var mark = compiler.Folder["started"];
        compiler.UseBuildpacks(compiler.Buildpack("hang", $"echo $$ >'{mark}'; exec sleep 1000"));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var building = compiler.BuildAsync(compiler.Source(("a", "1")), cancel.Token);
        await Eventually.HoldsAsync("the build to run", _ => Task.FromResult(File.Exists(mark) && new FileInfo(mark).Length > 0), Ct);
        var second = await compiler.BuildAsync(compiler.Source(("a", "1")), Ct);
        await cancel.CancelAsync();
        var first = await building;

        second.Output.ShouldContain(" !     A build of ronin is already running. Wait for it to end, then try again.\n");
        first.Result.Refusal.ShouldNotBeNull().Message.ShouldBe("The build was cancelled.");
        var process = $"/proc/{(await File.ReadAllTextAsync(mark, Ct)).Trim()}";
        await Eventually.HoldsAsync("the build's process to be gone", _ => Task.FromResult(!Directory.Exists(process)), Ct);
        compiler.Records.Builds.Values.Single().Status.ShouldBe(BuildStatus.Failed);
        compiler.ShouldHaveNoLeftovers();
    }

    [Theory]
    [InlineData("/usr/bin/python3 -c 'x = bytearray(400 * 1024 * 1024)'", "The build needed more than its 128M of memory and was stopped.")]
    [InlineData("head -c 200000000 /dev/zero >\"$1/big\"", "The build filled its disk: it may write 64M")]
    [InlineData("head -c 200000000 /dev/zero >\"$2/big\"", "The build filled its cache: it may write 32M there.")]
    [InlineData("/usr/bin/perl -e 'mkdir \"$ARGV[0]/$_\" or die \"$!\\n\" for 1..40000' \"$1\"", "The build filled its disk: it may write 64M")]
    [InlineData("yes", "The build wrote more than 1M of output and was stopped.")]
    [InlineData("trap '' TERM INT HUP; while :; do :; done", "The build took longer than 20 seconds and was stopped.")]
    [InlineData("bomb() { bomb | bomb & }; bomb; sleep 3; bomb; exit 1", "The build started too many processes: it may have 64 at one time.")]
    public async Task Bomb_HitsItsLimit_AndTheNextBuildIsFine(string compile, string message)
    {
        const long Mebi = 1024 * 1024;
        await using var compiler = await Compiler.StartAsync(
            static o => o with { MemoryBytes = 128 * Mebi, DiskBytes = 64 * Mebi, CacheBytes = 32 * Mebi, MaxProcesses = 64, StopOutputBytes = Mebi, Timeout = TimeSpan.FromSeconds(20) }, EngineKind.Runc);
        compiler.UseBuildpacks(compiler.Buildpack("bomb", compile));

        (await FailAsync(compiler, compiler.Source(("a", "1")))).Output.ShouldContain(message);

        compiler.UseBuildpacks(compiler.Buildpack("good", "echo fine >\"$2/kept\""));
        await compiler.MustBuildAsync(compiler.Source(("a", "1")), Ct);
    }

    [Fact]
    public async Task Output_WithoutEnd_IsCutAndCounted()
    {
        await using var compiler = await Compiler.StartAsync(static o => o with { MaxOutputBytes = 50_000 });
        compiler.UseBuildpacks(compiler.Buildpack("loud", "head -c 400000 /dev/zero | tr '\\0' 'x' | fold -w 99; echo the end"));

        var built = await compiler.MustBuildAsync(compiler.Source(("a", "1")), Ct);

        built.Output.Length.ShouldBeLessThan(55_000);
        built.Output.ShouldContain("more bytes of build output are not shown: the limit is 49K.");
        built.Output.ShouldContain("Released v2");
    }

    [Fact]
    public async Task Network_OfABuild_LeadsOnlyOutward()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var compiler = await Compiler.StartAsync(engine: EngineKind.Runc);
        compiler.UseBuildpacks(compiler.Buildpack("scan", $$"""
            gateway=$(ip route | sed -n 's/default via \([0-9.]*\).*/\1/p')
            try() { timeout 1 bash -c "echo >/dev/tcp/$1/$2" 2>/dev/null && echo "reached $1:$2"; }
            for target in "$gateway {{port}}" "127.0.0.1 {{port}}" "169.254.169.254 80" "10.208.0.2 80"; do try $target & done
            wait
            echo "looked from $(hostname), gateway ${gateway:+known}"
            """));

        var built = await compiler.MustBuildAsync(compiler.Source(("Procfile", "web: x")), Ct);

        built.Output.ShouldContain("looked from build, gateway known");
        built.Output.ShouldNotContain("reached");
    }

    [Fact]
    public async Task Disk_UnderItsFloor_RefusesTheBuildBeforeItStarts()
    {
        await using var compiler = await Compiler.StartAsync(static o => o with { MinFreeBytes = long.MaxValue / 2 });

        (await FailAsync(compiler, compiler.Source(("Procfile", "web: x")))).Output.ShouldContain(" !     The platform's disk is nearly full (");
    }

    [Fact]
    public async Task Disk_FullWhileTheSlugIsWritten_LeavesNothing()
    {
        using var small = new TemporaryFolder();
        await ProcessRunner.RunCheckedAsync(Command.Of("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small.Path), Ct);
        try
        {
            await using var compiler = await Compiler.StartAsync(o => o with { SlugsFolder = small["slugs"] });
            compiler.UseBuildpacks(compiler.Buildpack("big", "head -c 300000 /dev/urandom >\"$1/random\""));

            var built = await compiler.BuildAsync(compiler.Source(("a", "1")), Ct);

            built.Result.Refusal.ShouldNotBeNull().Message.ShouldStartWith("The platform's disk is nearly full");
            Directory.EnumerateFiles(small["slugs"]).ShouldBeEmpty();
            Directory.EnumerateFileSystemEntries(compiler.Folder["run"]).ShouldBeEmpty();
        }
        finally
        {
            await ProcessRunner.RunCheckedAsync(Command.Of("umount", small.Path), CancellationToken.None);
        }
    }

    [Fact]
    public async Task Slug_OverTheLimit_IsRefused()
    {
        await using var compiler = await Compiler.StartAsync(static o => o with { MaxSlugBytes = 100_000 });
        compiler.UseBuildpacks(compiler.Buildpack("big", "head -c 300000 /dev/urandom >\"$1/random\""));

        (await FailAsync(compiler, compiler.Source(("a", "1")))).Output.ShouldContain("is too large (max is 98K).");
    }

    [Fact]
    public async Task App_DestroyedDuringItsBuild_LeavesNothing()
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.Records.AppIsGoneAtDeploy = true;

        await FailAsync(compiler, Compiler.Example("hello-node"));

        Directory.EnumerateFileSystemEntries(compiler.Folder["slugs"]).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(compiler.Folder["cache"]).ShouldBeEmpty();
    }

    private static async Task<Built> FailAsync(Compiler compiler, string source)
    {
        var built = await compiler.BuildAsync(source, Ct);
        built.Result.Refusal.ShouldNotBeNull(built.Output);
        compiler.Records.Deployed.ShouldBeEmpty();
        compiler.Dynos.LookedAgain.ShouldBeEmpty();
        Directory.EnumerateFiles(compiler.Folder["slugs"]).ShouldBeEmpty();
        compiler.ShouldHaveNoLeftovers();
        return built;
    }
}
