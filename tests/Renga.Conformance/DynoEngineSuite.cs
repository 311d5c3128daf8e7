using System.Net.Sockets;
using System.Text;
using Renga.Engines;
using Renga.Processes;
using Renga.Testing;
using Shouldly;
using Xunit;

namespace Renga.Conformance;

/// <summary>What every engine must do. A test class of an implementation inherits it and gives a harness.</summary>
public abstract class DynoEngineSuite : IAsyncLifetime
{
    private DynoEngineHarness? _harness;

    protected DynoEngineHarness Harness => _harness!;

    private IDynoEngine Engine => Harness.Engine;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<DynoEngineHarness> MakeHarnessAsync();

    public async ValueTask InitializeAsync() => _harness = await MakeHarnessAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_harness is not null)
            await _harness.DisposeAsync();
    }

    [Fact]
    public async Task Run_Command_OutputAndStatusComeBack()
    {
        var (exit, output) = await Engine.RunAsync(Dynos.Shell("echo one; echo two; exit 3"), Ct);
        exit.Status.ShouldBe(3);
        exit.OutOfMemory.ShouldBeFalse();
        output.ShouldBe("one\ntwo\n");
    }

    [Fact]
    public async Task Run_ArgumentsWithSpacesQuotesAndDollars_ArriveUnchanged()
    {
        var spec = Dynos.Shell("") with { Arguments = ["/usr/bin/printf", "[%s]", "a b", "$HOME", "\"'`;", "", "é\\n"] };
        var (_, output) = await Engine.RunAsync(spec, Ct);
        output.ShouldBe("[a b][$HOME][\"'`;][][é\\n]");
    }

    [Fact]
    public async Task Run_Environment_IsExactlyWhatWasGivenWithHomeAndNothingOfOurs()
    {
        var spec = Dynos.Shell("printf '%s|%s|%s' \"$A\" \"$HOME\" \"$(pwd)\"; env | grep -c '^RENGA\\|^_OCI\\|^DOTNET' || true");
        spec = spec with { Environment = spec.Environment.Add("A", "line 1\nline 2 'q' \"d\" $x") };
        var (_, output) = await Engine.RunAsync(spec, Ct);
        var parts = output.Split('|');
        parts[0].ShouldBe("line 1\nline 2 'q' \"d\" $x");
        parts[2].ShouldBe(parts[1] + "0\n");
        parts[1].ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Run_NoSuchProgram_EndsWith127Or126AndSaysWhy()
    {
        var (exit, output) = await Engine.RunAsync(Dynos.Shell("") with { Arguments = ["no-such-program-here"] }, Ct);
        exit.Status.ShouldBeOneOf(126, 127);
        output.ShouldContain("no-such-program-here");
    }

    [Fact]
    public async Task Run_KilledBySignal_StatusIs128PlusSignal()
    {
        var (exit, _) = await Engine.RunAsync(Dynos.Shell("kill -9 $$"), Ct);
        exit.Status.ShouldBe(137);
    }

    [Fact]
    public async Task ReadOutput_TwoStreams_AreToldApart()
    {
        var spec = Dynos.Shell("echo out; echo err >&2");
        await Engine.CreateAsync(spec, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        var seen = new List<(bool, string)>();
        await foreach (var piece in Engine.ReadOutputAsync(spec.Id, 0, Ct))
            seen.Add((piece.IsError && Harness.TellsStreamsApart, Encoding.UTF8.GetString(piece.Bytes.Span)));
        seen.ShouldBe([(false, "out"), (Harness.TellsStreamsApart, "err")], ignoreOrder: true);
    }

    [Fact]
    public async Task ReadOutput_WhileRunning_LinesArriveAtOnceAndUnfinishedLinesToo()
    {
        var spec = Dynos.Shell("echo first; printf prompt; read x || true; sleep 60");
        await Engine.CreateAsync(spec, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        var (output, _) = await Engine.ReadUntilAsync(spec.Id, 0, "prompt", Ct);
        output.ShouldBe("first\nprompt");
    }

    [Fact]
    public async Task ReadOutput_ManyLines_AllInOrder()
    {
        var (_, output) = await Engine.RunAsync(Dynos.Shell("seq 1 20000"), Ct);
        output.ShouldBe(string.Concat(Enumerable.Range(1, 20000).Select(static i => i + "\n")));
    }

    [Fact]
    public async Task ReadOutput_LongLine_ComesInPiecesThatMakeOneLine()
    {
        var (_, output) = await Engine.RunAsync(Dynos.Shell("head -c 100000 /dev/zero | tr '\\0' x; echo"), Ct);
        output.ShouldBe(new string('x', 100000) + "\n");
    }

    [Fact]
    public async Task ReadOutput_FromPosition_ContinuesWithoutLossOrRepeat()
    {
        var spec = Dynos.Shell("seq 1 100");
        await Engine.CreateAsync(spec, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        var (first, position) = await Engine.ReadUntilAsync(spec.Id, 0, "37\n", Ct);
        var rest = new StringBuilder(first);
        await foreach (var piece in Engine.ReadOutputAsync(spec.Id, position, Ct))
            rest.Append(Encoding.UTF8.GetString(piece.Bytes.Span)).Append('\n');
        rest.ToString().ShouldBe(string.Concat(Enumerable.Range(1, 100).Select(static i => i + "\n")));
    }

    [Fact]
    public async Task Create_BeforeStart_NothingRuns()
    {
        var spec = Dynos.Shell("echo ran");
        var created = await Engine.CreateAsync(spec, Ct);
        created.Id.ShouldBe(spec.Id);
        await Engine.DestroyAsync(spec.Id, Ct);
        (await Harness.RestartAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Create_ListensOnPort_ServesAtItsEndpoint()
    {
        var spec = Dynos.Shell("exec perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new(Listen=>5,LocalPort=>$ENV{PORT},ReuseAddr=>1) or die $!; print \"up\\n\"; $|=1; while($c=$s->accept){print $c \"hello $ENV{PORT}\"; close $c}'") with { ListensOnPort = true };
        var created = await Engine.CreateAsync(spec, Ct);
        created.Endpoint.ShouldNotBeNull();
        await Engine.StartAsync(spec.Id, Ct);
        var answer = await Eventually.GetAsync("an answer", async ct =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(created.Endpoint, ct);
            using var reader = new StreamReader(client.GetStream());
            return await reader.ReadToEndAsync(ct);
        }, Ct);
        answer.ShouldBe($"hello {created.Endpoint.Port}");
    }

    [Fact]
    public async Task Create_Slug_ItsFilesAreInAppWritableAndPrivate()
    {
        var image = await Harness.MakeSlugAsync(new Dictionary<string, string> { ["bin/hello"] = "#!/bin/sh\necho hello from slug\n", ["data.txt"] = "original" }, Ct);
        if (image is null)
            return;
        var spec = Dynos.Shell("sh bin/hello; cat data.txt; echo changed > data.txt; mkdir new && rm -r bin && cat data.txt") with { SlugImage = image };
        for (var i = 0; i < 2; i++)
        {
            var (exit, output) = await Engine.RunAsync(spec with { Id = Guid.CreateVersion7() }, Ct);
            output.ShouldBe("hello from slug\noriginalchanged\n");
            exit.Status.ShouldBe(0);
        }
    }

    [Fact]
    public async Task Create_NoSlug_AppAndTmpAreEmptyWritableAndReadableInWorkFolder()
    {
        var spec = Dynos.Shell("ls -A . ; echo made > $HOME/file; echo temp > ${TMPDIR:-/tmp}/temp");
        var created = await Engine.CreateAsync(spec, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        (await Engine.ReadAllAsync(spec.Id, Ct)).ShouldBe("");
        await Engine.WaitAsync(spec.Id, Ct);
        if (!Directory.Exists(created.WorkFolder))
            return;
        (await File.ReadAllTextAsync(Path.Combine(created.WorkFolder, "app", "file"), Ct)).ShouldBe("made\n");
        (await File.ReadAllTextAsync(Path.Combine(created.WorkFolder, "tmp", "temp"), Ct)).ShouldBe("temp\n");
    }

    [Fact]
    public async Task Create_Mounts_FoldersAppearAndDisksPersist()
    {
        using var folder = new TemporaryFolder();
        // The folder around it is private, as the platform's data folder is.
        var source = Directory.CreateDirectory(folder["source"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(source, "seed"), "from the machine", Ct);
        await ProcessRunner.RunCheckedAsync(Command.Of("chmod", "700", folder.Path), Ct);
        var disk = folder["disk.img"];
        var spec = Dynos.Shell("") with
        {
            Arguments = ["/bin/sh", "-c", "cat \"$1/seed\"; cat \"$3\"; test -f \"$2/kept\" && cat \"$2/kept\"; echo again > \"$2/kept\"", "sh", "/source", "/cache", "/in/a/file"],
            Mounts = [new DynoMount(source, "/source", ReadOnly: true), new DynoMount(Path.Combine(source, "seed"), "/in/a/file", ReadOnly: true), new DynoMount(disk, "/cache", ReadOnly: false, DiskImage: 16 * 1024 * 1024)],
        };
        (await Engine.RunAsync(spec, Ct)).Output.ShouldBe("from the machinefrom the machine");
        (await Engine.RunAsync(spec with { Id = Guid.CreateVersion7() }, Ct)).Output.ShouldBe("from the machinefrom the machineagain\n");
    }

    [Fact]
    public async Task Signal_Terminate_ReachesEveryProcessOnce()
    {
        var spec = Dynos.Shell("(trap 'echo child got it' TERM; echo ready; while :; do sleep 0.05; done) & trap 'echo parent got it; sleep 0.3; exit 5' TERM; while :; do sleep 0.05; done");
        await Engine.CreateAsync(spec, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        await Engine.ReadUntilAsync(spec.Id, 0, "ready", Ct);
        await Engine.SignalAsync(spec.Id, DynoSignal.Terminate, Ct);
        (await Engine.WaitAsync(spec.Id, Ct)).Status.ShouldBe(5);
        var lines = (await Engine.ReadAllAsync(spec.Id, Ct)).Split('\n');
        lines.Count(static l => l == "parent got it").ShouldBe(1);
        lines.Count(static l => l == "child got it").ShouldBe(1);
    }

    [Fact]
    public async Task Signal_Kill_EndsWhatIgnoresTerminate()
    {
        var spec = Dynos.Shell("trap '' TERM; echo ready; while :; do sleep 0.05; done");
        await Engine.CreateAsync(spec, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        await Engine.ReadUntilAsync(spec.Id, 0, "ready", Ct);
        await Engine.SignalAsync(spec.Id, DynoSignal.Terminate, Ct);
        await Engine.SignalAsync(spec.Id, DynoSignal.Kill, Ct);
        (await Engine.WaitAsync(spec.Id, Ct)).Status.ShouldBe(137);
        await Engine.SignalAsync(spec.Id, DynoSignal.Kill, Ct);
    }

    [Fact]
    public async Task Destroy_AfterTheMainProcessEnded_EndsWhatItLeftBehind()
    {
        // A number that no other process of this machine sleeps for.
        var mark = $"8{Random.Shared.Next(10_000_000, 99_999_999)}";
        var spec = Dynos.Shell($"trap '' HUP TERM; sleep {mark} & echo ready");
        await Engine.CreateAsync(spec, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        (await Engine.WaitAsync(spec.Id, Ct)).Status.ShouldBe(0);
        await Engine.DestroyAsync(spec.Id, Ct);
        await Eventually.HoldsAsync("nothing of it runs", _ => Task.FromResult(!Sleeps(mark)), Ct, TimeSpan.FromSeconds(10));

        static bool Sleeps(string mark) => Directory.EnumerateDirectories("/proc").Any(p =>
        {
            try
            {
                return File.ReadAllText(Path.Combine(p, "cmdline")) == $"sleep\0{mark}\0";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Destroy_Running_IsGoneAndMayBeRepeated()
    {
        var spec = Dynos.Shell("sleep 600 & echo ready; sleep 600");
        var created = await Engine.CreateAsync(spec, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        await Engine.ReadUntilAsync(spec.Id, 0, "ready", Ct);
        await Engine.DestroyAsync(spec.Id, Ct);
        await Engine.DestroyAsync(spec.Id, Ct);
        Directory.Exists(created.WorkFolder).ShouldBeFalse();
        (await Harness.RestartAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Attach_Pipes_TalksBothWaysAndInputCanEnd()
    {
        var spec = Dynos.Shell("read line; echo \"got $line\"; cat; echo end; exit 4") with { Interactive = new InteractiveMode(Terminal: false) };
        await Engine.CreateAsync(spec, Ct);
        await using var terminal = await Engine.AttachAsync(spec.Id, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        await terminal.WriteAsync("hello\nmore\n"u8.ToArray(), Ct);
        await terminal.CloseInputAsync(Ct);
        (await ReadToEndAsync(terminal)).ShouldBe("got hello\nmore\nend\n");
        (await Engine.WaitAsync(spec.Id, Ct)).Status.ShouldBe(4);
    }

    [Fact]
    public async Task Attach_Terminal_HasSizeAndEchoes()
    {
        if (!Harness.HasTerminals)
            return;
        var spec = Dynos.Shell("stty size; read line; echo \"got $line\"; tty") with { Interactive = new InteractiveMode(Terminal: true, Columns: 101, Rows: 33) };
        await Engine.CreateAsync(spec, Ct);
        await using var terminal = await Engine.AttachAsync(spec.Id, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        await terminal.WriteAsync("typed\r"u8.ToArray(), Ct);
        var output = await ReadToEndAsync(terminal);
        output.ShouldContain("33 101\r\n");
        output.ShouldContain("typed\r\n");
        output.ShouldContain("got typed\r\n");
        output.ShouldContain("/dev/");
    }

    [Fact]
    public async Task ReadMemory_Running_IsSomethingAndThenNull()
    {
        var spec = Dynos.Shell("echo ready; sleep 600");
        await Engine.CreateAsync(spec, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        await Engine.ReadUntilAsync(spec.Id, 0, "ready", Ct);
        (await Engine.ReadMemoryAsync(spec.Id, Ct)).ShouldNotBeNull().ShouldBeGreaterThan(0);
        await Engine.SignalAsync(spec.Id, DynoSignal.Kill, Ct);
        await Engine.WaitAsync(spec.Id, Ct);
        (await Engine.ReadMemoryAsync(spec.Id, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Recover_RunningDyno_GoesOnWithoutLosingOrRepeatingALine()
    {
        // It counts until it is told to end, so it writes while nobody is there, however long that takes.
        var spec = Dynos.Shell("trap 'end=1' HUP; i=0; while [ -z \"$end\" ]; do i=$((i+1)); echo $i; sleep 0.002; done; exit 6") with { ListensOnPort = true };
        var created = await Engine.CreateAsync(spec, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        var (before, position) = await Engine.ReadUntilAsync(spec.Id, 0, "50\n", Ct);
        Engine.ShouldBeAssignableTo<IOutputCursor>()!.Acknowledge(spec.Id, position);

        var recovered = (await Harness.RestartAsync(Ct)).ShouldHaveSingleItem();
        recovered.Spec.Id.ShouldBe(spec.Id);
        recovered.Spec.Labels.ShouldBe(spec.Labels);
        recovered.Spec.Arguments.ShouldBe(spec.Arguments);
        recovered.Created.ShouldBe(created);
        recovered.Started.ShouldBeTrue();
        recovered.Exit.ShouldBeNull();
        recovered.OutputPosition.ShouldBe(position);

        await Engine.SignalAsync(spec.Id, DynoSignal.Hangup, Ct);
        var all = new StringBuilder(before);
        await foreach (var piece in Engine.ReadOutputAsync(spec.Id, recovered.OutputPosition, Ct))
        {
            // The shell may say on stderr that the signal ended its sleep.
            if (!piece.IsError)
                all.Append(Encoding.UTF8.GetString(piece.Bytes.Span)).Append('\n');
        }

        var lines = all.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBeGreaterThan(50);
        lines.ShouldBe(Enumerable.Range(1, lines.Length).Select(static i => $"{i}"));
        (await Engine.WaitAsync(spec.Id, Ct)).Status.ShouldBe(6);
    }

    [Fact]
    public async Task Recover_CreatedButNotStarted_CanBeStarted()
    {
        var spec = Dynos.Shell("echo late");
        await Engine.CreateAsync(spec, Ct);
        (await Harness.RestartAsync(Ct)).ShouldHaveSingleItem().Started.ShouldBeFalse();
        await Engine.StartAsync(spec.Id, Ct);
        (await Engine.ReadAllAsync(spec.Id, Ct)).ShouldBe("late\n");
    }

    [Fact]
    public async Task Recover_EndedWhileAway_ExitAndOutputAreKnown()
    {
        var spec = Dynos.Shell("echo done; exit 9");
        await Engine.CreateAsync(spec, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        var exit = await Engine.WaitAsync(spec.Id, Ct);
        var recovered = (await Harness.RestartAsync(Ct)).ShouldHaveSingleItem();
        recovered.Started.ShouldBeTrue();
        recovered.Exit.ShouldBe(exit);
        (await Engine.WaitAsync(spec.Id, Ct)).ShouldBe(exit);
        (await Engine.ReadAllAsync(spec.Id, Ct)).ShouldBe("done\n");
        await Engine.StartAsync(spec.Id, Ct);
    }

    private static async Task<string> ReadToEndAsync(IDynoTerminal terminal)
    {
        var all = new MemoryStream();
        var buffer = new byte[1000];
        int read;
        while ((read = await terminal.ReadAsync(buffer, Ct)) > 0)
            all.Write(buffer, 0, read);
        return Encoding.UTF8.GetString(all.ToArray());
    }
}
