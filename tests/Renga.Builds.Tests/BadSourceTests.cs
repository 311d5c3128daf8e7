using System.Formats.Tar;
using System.Text;
using Renga.Model.Builds;

namespace Renga.Builds.Tests;

/// <summary>Archives that must not be unpacked: each says what is wrong with it, and leaves nothing behind.</summary>
public sealed class BadSourceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, EngineKind> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, EngineKind>();
            foreach (var engine in new[] { EngineKind.Plain, EngineKind.Runc })
            {
                cases.Add("dots", "../../escape would be outside of it", engine);
                cases.Add("dots inside", "a/../../escape would be outside of it", engine);
                cases.Add("absolute", "/tmp/escape would be outside of it", engine);
                cases.Add("through a link", "out/passwd goes through the link out", engine);
                cases.Add("hard link", "shadow is a hard link to /etc/shadow, outside of it", engine);
                cases.Add("hard link up", "shadow is a hard link to ../../etc/shadow, outside of it", engine);
                cases.Add("device", "disk is a device", engine);
                cases.Add("pipe", "pipe is a named pipe", engine);
                cases.Add("long path", "a path in it has 4", engine);
                cases.Add("many files", "it has more than 1000 files", engine);
                cases.Add("large", "its files take more than 10M (big is 20M)", engine);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Archive_ThatIsDangerous_IsRefusedBeforeItIsUnpacked(string kind, string message, EngineKind engine)
    {
        await using var compiler = await Compiler.StartAsync(static o => o with { MaxSourceBytes = 10 * 1024 * 1024, MaxSourceFiles = 1000 }, engine);
        var archive = compiler.Folder["bad.tar"];
        await using (var writer = new TarWriter(File.Create(archive)))
            Write(writer, kind);

        var built = await FailAsync(compiler, archive);

        built.Output.ShouldContain(" !     The source cannot be used: ");
        built.Output.ShouldContain(message);
        built.Output.ShouldContain(" !     Push rejected, the source cannot be used.\n");
        File.Exists("/tmp/escape").ShouldBeFalse();
    }

    [Fact]
    public async Task Archive_WithAFileOfTwoGigabytesOfNothing_IsRefused()
    {
        await using var compiler = await Compiler.StartAsync();
        var folder = compiler.Source(("Procfile", "web: x\n"));
        await using (var sparse = File.Create(Path.Combine(folder, "sparse")))
            sparse.SetLength(2L * 1024 * 1024 * 1024);
        var archive = compiler.Folder["sparse.tar"];
        await Processes.ProcessRunner.RunCheckedAsync(Processes.Command.Of("tar", "--create", "--sparse", "--file", archive, "--directory", folder, "."), Ct);

        var built = await FailAsync(compiler, archive);

        built.Output.ShouldContain("(sparse is 2048M)");
    }

    [Fact]
    public async Task Archive_OfTwoHundredThousandFiles_IsRefused()
    {
        await using var compiler = await Compiler.StartAsync();
        var archive = compiler.Folder["many.tar"];
        await using (var writer = new TarWriter(File.Create(archive), TarEntryFormat.Ustar))
        {
            for (var i = 0; i < 200_000; i++)
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"d{i % 100}/f{i}"));
        }

        (await FailAsync(compiler, archive)).Output.ShouldContain("it has more than 150000 files");
    }

    [Theory]
    [InlineData("this is text, and no archive\n")]
    [InlineData("")]
    [InlineData("PK but not a zip")]
    public async Task Archive_ThatIsNone_IsRefused(string content)
    {
        await using var compiler = await Compiler.StartAsync();
        var archive = compiler.Folder["none.tar"];
        await File.WriteAllTextAsync(archive, content, Ct);

        (await FailAsync(compiler, archive)).Output.ShouldContain(" !     ");
    }

    [Fact]
    public async Task Names_ThatAreNotUtf8_AreKeptWithAWarning()
    {
        await using var compiler = await Compiler.StartAsync();
        var folder = compiler.Source(("Procfile", "web: x\n"));
        await Processes.ProcessRunner.RunCheckedAsync(Processes.Command.Of("python3", "-c", "import os, sys; open(os.path.join(os.fsencode(sys.argv[1]), b'caf\\xe9.txt'), 'w').write('x')", folder), Ct);

        var built = await compiler.MustBuildAsync(folder, Ct);

        built.Output.ShouldContain(" !     Warning: caf\\351.txt is not UTF-8.");
        compiler.ShouldHaveNoLeftovers();
        var slug = await compiler.UnpackAsync(built, Ct);
        (await Processes.ProcessRunner.RunCheckedAsync(Processes.Command.Of("python3", "-c", "import os, sys; print(b'caf\\xe9.txt' in os.listdir(os.fsencode(sys.argv[1])))", slug), Ct)).Output.ShouldBe("True\n");

        // .NET cannot remove such names.
        await Processes.ProcessRunner.RunCheckedAsync(Processes.Command.Of("rm", "-r", slug, folder), Ct);
    }

    [Fact]
    public async Task Procfile_WithByteOrderMarkReturnsAndRepeats_IsReadAndWarnedOf()
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.MustBuildAsync(compiler.Source(("Procfile", "\uFEFFweb: first\r\nworker: w\r\nweb: second\r\n")), Ct);

        built.Output.ShouldContain(" !     Warning: the Procfile has \"web\" more than once; the last line counts.\n");
        compiler.Records.Deployed.Single().ProcessTypes.ShouldBe(new Dictionary<string, string> { ["web"] = "second", ["worker"] = "w" });
    }

    private static void Write(TarWriter writer, string kind)
    {
        switch (kind)
        {
            case "dots":
                writer.WriteEntry(FileOf("../../escape", "x"));
                break;
            case "dots inside":
                writer.WriteEntry(FileOf("a/../../escape", "x"));
                break;
            case "absolute":
                writer.WriteEntry(FileOf("/tmp/escape", "x"));
                break;
            case "through a link":
                writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "out") { LinkName = "/etc" });
                writer.WriteEntry(FileOf("out/passwd", "x"));
                break;
            case "hard link":
                writer.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "shadow") { LinkName = "/etc/shadow" });
                break;
            case "hard link up":
                writer.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "shadow") { LinkName = "../../etc/shadow" });
                break;
            case "device":
                writer.WriteEntry(new PaxTarEntry(TarEntryType.BlockDevice, "disk") { DeviceMajor = 8, DeviceMinor = 0 });
                break;
            case "pipe":
                writer.WriteEntry(new PaxTarEntry(TarEntryType.Fifo, "pipe"));
                break;
            case "long path":
                writer.WriteEntry(FileOf(string.Join('/', Enumerable.Repeat(new string('x', 200), 21)), "x"));
                break;
            case "many files":
                for (var i = 0; i < 1001; i++)
                    writer.WriteEntry(FileOf($"f{i}", ""));
                break;
            case "large":
                writer.WriteEntry(FileOf("big", new string('x', 20 * 1024 * 1024)));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    private static PaxTarEntry FileOf(string name, string content) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };

    private static async Task<Built> FailAsync(Compiler compiler, string archive)
    {
        var built = await compiler.BuildAsync(new BuildSource.Archive(archive, []), Ct);
        built.Result.Refusal.ShouldNotBeNull(built.Output);
        compiler.Records.Deployed.ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(compiler.Folder["slugs"]).ShouldBeEmpty();
        compiler.ShouldHaveNoLeftovers();
        return built;
    }
}
