using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Renga.Model;
using Renga.Processes;

namespace Renga.Builds.Tests;

/// <summary>Slugs that come from and go to clients: what they hold, and what they may not.</summary>
public sealed class SlugArchiveTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Archive_BecomesAnImage_OfWhatIsInAppOnly()
    {
        await using var compiler = await Compiler.StartAsync();
        var stored = await compiler.Archives.ReadAsync(
            Archive(
                File("./app/deep/er/tool", "echo", mode: 0x1ED | 0x800),
                File("./app/Procfile", "web: x\n"),
                Folder("./app/"),
                File("./outside", "ignored"),
                Link(TarEntryType.SymbolicLink, "./app/bin", "deep/er"),
                Link(TarEntryType.SymbolicLink, "./app/python", "/usr/bin/python3"),
                Link(TarEntryType.HardLink, "./app/again", "./app/Procfile")),
            checksum: null,
            Ct);

        stored.Refusal.ShouldBeNull();
        var listed = await DescribeAsync(compiler, stored.Value.Image);
        var lines = listed.Split('\n').Where(static l => l.Contains("squashfs-root", StringComparison.Ordinal)).Select(static l => $"{l[..10]} {l[l.IndexOf("squashfs-root", StringComparison.Ordinal)..]}").ToArray();
        lines.ShouldBe(
            [
                "drwxr-xr-x squashfs-root",
                "-rw-r--r-- squashfs-root/Procfile",
                "-rw-r--r-- squashfs-root/again",
                "lrwxrwxrwx squashfs-root/bin -> deep/er",
                "drwxr-xr-x squashfs-root/deep",
                "drwxr-xr-x squashfs-root/deep/er",
                "-rwxr-xr-x squashfs-root/deep/er/tool",
                "lrwxrwxrwx squashfs-root/python -> /usr/bin/python3",
            ]);
        listed.ShouldNotContain(" 0/0 ");
        stored.Value.Bytes.ShouldBe(new FileInfo(compiler.Slugs.Locate(stored.Value.Image).Value).Length);
        compiler.ShouldHaveNoLeftovers();
    }

    [Fact]
    public async Task Archive_WithoutAnAppFolder_IsTakenWhole()
    {
        await using var compiler = await Compiler.StartAsync();
        var stored = await compiler.Archives.ReadAsync(Archive(File("index.html", "hello"), File("app.js", "1")), null, Ct);
        (await ListAsync(compiler, stored.Value.Image)).ShouldBe(["app.js", "index.html"]);
    }

    [Fact]
    public async Task Image_ComesBackAsAnArchive_ThatMakesTheSameSlug()
    {
        await using var compiler = await Compiler.StartAsync();
        var stored = (await compiler.Archives.ReadAsync(
            Archive(File("./app/run", "x", mode: 0x1ED), File("./app/" + new string('n', 200) + "/é ü", "text"), Link(TarEntryType.SymbolicLink, "./app/link", "run")), null, Ct)).Value;

        using var written = new MemoryStream();
        var begun = false;
        (await compiler.Archives.WriteAsync(stored.Image, written, () => begun = true, Ct)).Refusal.ShouldBeNull();
        begun.ShouldBeTrue();
        written.Position = 0;
        var again = (await compiler.Archives.ReadAsync(written, null, Ct)).Value;

        (await DescribeAsync(compiler, again.Image)).ShouldBe(await DescribeAsync(compiler, stored.Image));
        (await compiler.Archives.WriteAsync(new string('0', 64), written, static () => { }, Ct)).Refusal!.Kind.ShouldBe(RefusalKind.NotFound);
        compiler.ShouldHaveNoLeftovers();
    }

    [Fact]
    public async Task Checksum_ThatDiffers_IsRefused()
    {
        await using var compiler = await Compiler.StartAsync();
        (await RefusedAsync(compiler, Archive(File("a", "1")), "SHA256:" + new string('0', 64))).ShouldContain("not the one that was promised");
        (await RefusedAsync(compiler, Archive(File("a", "1")), "SHA1:1")).ShouldContain("64 hexadecimal digits");
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { "../outside", "leads out of the archive" },
        { "./app/../../outside", "leads out of the archive" },
        { "/etc/cron.d/evil", "absolute path" },
        { new string('x', 256), "more than 255 bytes" },
        { string.Join('/', Enumerable.Repeat("directory", 450)), "longer than 4000 bytes" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Name_ThatCannotBe_IsRefused(string name, string reason)
    {
        await using var compiler = await Compiler.StartAsync();
        (await RefusedAsync(compiler, Archive(File(name, "x")))).ShouldContain(reason);
    }

    [Theory]
    [InlineData("./app/link", "../etc/passwd")]
    [InlineData("./app/a/link", "../../etc")]
    [InlineData("./app/link", "/etc/shadow")]
    [InlineData("./app/link", "/usr/../etc/shadow")]
    [InlineData("link", "..")]
    [InlineData("app", "/root")]
    public async Task SymbolicLink_ThatLeadsOut_IsRefused(string name, string target)
    {
        await using var compiler = await Compiler.StartAsync();
        (await RefusedAsync(compiler, Archive(Link(TarEntryType.SymbolicLink, name, target)))).ShouldContain("leads out of the app");
    }

    [Fact]
    public async Task Entry_ThatNoSlugHolds_IsRefused()
    {
        await using var compiler = await Compiler.StartAsync();
        (await RefusedAsync(compiler, Archive(new PaxTarEntry(TarEntryType.CharacterDevice, "./app/null") { DeviceMajor = 1, DeviceMinor = 3 }))).ShouldContain("is a device");
        (await RefusedAsync(compiler, Archive(new PaxTarEntry(TarEntryType.Fifo, "./app/pipe")))).ShouldContain("named pipe");
        (await RefusedAsync(compiler, Archive(Link(TarEntryType.HardLink, "./app/x", "/etc/shadow")))).ShouldContain("absolute path");
        (await RefusedAsync(compiler, Archive(Link(TarEntryType.HardLink, "./app/x", "./app/none")))).ShouldContain("no file before it");
        (await RefusedAsync(compiler, Archive(Link(TarEntryType.SymbolicLink, "./app/d", "/tmp"), File("./app/d/x", "through the link")))).ShouldContain("not a folder");
        (await RefusedAsync(compiler, Archive(File("./app/x", "1"), File("app/x", "2")))).ShouldContain("occurs twice");
        (await RefusedAsync(compiler, Archive(Link(TarEntryType.SymbolicLink, "./", "/tmp")))).ShouldContain("root is not a folder");
    }

    [Fact]
    public async Task Bytes_ThatAreNoArchive_AreRefused()
    {
        await using var compiler = await Compiler.StartAsync();
        (await RefusedAsync(compiler, new MemoryStream("not a tar at all"u8.ToArray()))).ShouldContain("tar czf");
        (await RefusedAsync(compiler, new MemoryStream())).ShouldContain("empty");
        (await RefusedAsync(compiler, Archive(Folder("./")))).ShouldContain("archive is empty");
        var whole = Archive(File("a", new string('x', 100_000))).ToArray();
        (await RefusedAsync(compiler, new MemoryStream(whole[..^40]))).ShouldContain("tar czf");
        (await RefusedAsync(compiler, Zip(Encoding.Latin1.GetBytes("caf\u00e9")))).ShouldContain("not UTF-8");
    }

    [Fact]
    public async Task Bombs_AreRefusedBeforeTheyCostMuch()
    {
        await using var compiler = await Compiler.StartAsync(static o => o with { MaxSlugEntries = 10, MaxUnpackedSlugBytes = 1024 * 1024, MaxSlugBytes = 64 * 1024 });
        (await RefusedAsync(compiler, Archive([.. Enumerable.Range(0, 11).Select(static n => File($"f{n}", ""))]))).ShouldContain("more than 10 files");
        (await RefusedAsync(compiler, Archive(File("zeros", new string('\0', 2 * 1024 * 1024))))).ShouldContain("unpacks to more than 1M");
        (await RefusedAsync(compiler, new MemoryStream(new byte[65 * 1024]))).ShouldContain("larger than 64K");

        // A header that asks the reader to keep a gigabyte in memory, and one that hides others.
        (await RefusedAsync(compiler, Zip("x"u8.ToArray(), kind: 'x', size: 1L << 30))).ShouldContain("more than 64 KB");
        (await RefusedAsync(compiler, Zip("x"u8.ToArray(), kind: 'x', size: 11, data: "11 size=99\n"))).ShouldContain("size attribute");
    }

    private static async Task<string> RefusedAsync(Compiler compiler, Stream archive, string? checksum = null)
    {
        var result = await compiler.Archives.ReadAsync(archive, checksum, Ct);
        result.Refusal.ShouldNotBeNull();
        result.Refusal.Kind.ShouldBe(RefusalKind.Invalid);
        compiler.ShouldHaveNoLeftovers();
        Directory.EnumerateFiles(compiler.Folder["slugs"]).ShouldBeEmpty();
        return result.Refusal.Message;
    }

    private static async Task<string> DescribeAsync(Compiler compiler, string image) =>
        (await ProcessRunner.RunCheckedAsync(Command.Of("unsquashfs", "-lln", compiler.Slugs.Locate(image).Value), Ct)).Output;

    private static async Task<string[]> ListAsync(Compiler compiler, string image)
    {
        var result = await ProcessRunner.RunCheckedAsync(Command.Of("unsquashfs", "-l", "-d", "", compiler.Slugs.Locate(image).Value), Ct);
        return [.. result.Output.Split('\n').Where(static l => l.StartsWith('/')).Select(static l => l[1..])];
    }

    private static MemoryStream Archive(params TarEntry[] entries)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
                tar.WriteEntry(entry);
        }

        stream.Position = 0;
        return stream;
    }

    private static PaxTarEntry File(string name, string content, int mode = 0x1A4) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), Mode = (UnixFileMode)mode, ModificationTime = DateTimeOffset.UnixEpoch };

    private static PaxTarEntry Folder(string name) => new(TarEntryType.Directory, name) { Mode = (UnixFileMode)0x1ED };

    private static PaxTarEntry Link(TarEntryType type, string name, string target) => new(type, name) { LinkName = target, ModificationTime = DateTimeOffset.UnixEpoch };

    /// <summary>An archive of one header as no library writes it.</summary>
    private static MemoryStream Zip(byte[] name, char kind = '0', long size = 0, string data = "")
    {
        var block = new byte[2048];
        name.CopyTo(block, 0);
        "0000644\0"u8.CopyTo(block.AsSpan(100));
        Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0')).CopyTo(block, 124);
        "00000000000"u8.CopyTo(block.AsSpan(136));
        block[156] = (byte)kind;
        "ustar\000"u8.CopyTo(block.AsSpan(257));
        "        "u8.CopyTo(block.AsSpan(148));
        Encoding.ASCII.GetBytes(Convert.ToString(block[..512].Sum(static b => (int)b), 8).PadLeft(6, '0') + "\0 ").CopyTo(block, 148);
        Encoding.ASCII.GetBytes(data).CopyTo(block, 512);
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(block);
        stream.Position = 0;
        return stream;
    }
}
