using System.Text;
using Renga.Builds.Sources;
using Renga.Model;
using Renga.Testing;

namespace Renga.Builds.Tests;

public sealed class SourceStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Source_ThatWasPut_IsThereWhole_UntilADayHasPassed()
    {
        var store = Store();
        var id = Guid.CreateVersion7();
        (await store.LocateAsync(id, null, Ct)).Refusal!.Kind.ShouldBe(RefusalKind.NotFound);

        (await store.PutAsync(id, Content("first"), null, Ct)).Value.ShouldBe(5);
        (await store.PutAsync(id, Content("second"), 6, Ct)).Value.ShouldBe(6);

        var path = (await store.LocateAsync(id, null, Ct)).Value;
        (await File.ReadAllTextAsync(path, Ct)).ShouldBe("second");
        _time.Advance(TimeSpan.FromHours(23));
        store.RemoveExpired();
        File.Exists(path).ShouldBeTrue();
        _time.Advance(TimeSpan.FromHours(2));
        store.RemoveExpired();
        (await store.LocateAsync(id, null, Ct)).Refusal!.Kind.ShouldBe(RefusalKind.NotFound);
    }

    [Theory]
    [InlineData(9L)]
    [InlineData(null)]
    public async Task Source_AboveTheLimit_IsRefused_AndNothingIsLeft(long? length)
    {
        var store = Store(max: 8);
        (await store.PutAsync(Guid.CreateVersion7(), Content("123456789"), length, Ct)).Refusal!.Message.ShouldContain("larger than");
        (await store.PutAsync(Guid.CreateVersion7(), Content(""), 0, Ct)).Refusal!.Message.ShouldContain("empty");
        Directory.EnumerateFileSystemEntries(_folder["sources"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Upload_ThatBreaksOff_LeavesNothing_AndTheOneBefore()
    {
        var store = Store();
        var id = Guid.CreateVersion7();
        await store.PutAsync(id, Content("whole"), null, Ct);

        await Should.ThrowAsync<IOException>(() => store.PutAsync(id, new BrokenStream(), null, Ct));

        (await File.ReadAllTextAsync((await store.LocateAsync(id, null, Ct)).Value, Ct)).ShouldBe("whole");
        Directory.EnumerateFileSystemEntries(_folder["sources"]).Count().ShouldBe(1);
    }

    [Fact]
    public async Task Checksum_IsCompared()
    {
        var store = Store();
        var id = Guid.CreateVersion7();
        await store.PutAsync(id, Content("abc"), null, Ct);

        (await store.LocateAsync(id, "SHA256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", Ct)).Refusal.ShouldBeNull();
        (await store.LocateAsync(id, "SHA256:" + new string('0', 64), Ct)).Refusal!.Message.ShouldContain("ba7816bf");
        (await store.LocateAsync(id, "md5:1", Ct)).Refusal!.Message.ShouldContain("64 hexadecimal digits");
    }

    public void Dispose() => _folder.Dispose();

    private SourceStore Store(long max = 1024) => new(
        new BuildsOptions
        {
            SlugsFolder = _folder["slugs"],
            CacheFolder = _folder["cache"],
            OutputsFolder = _folder["builds"],
            SourcesFolder = _folder["sources"],
            RunFolder = _folder["run"],
            BuildpacksFolder = _folder["packs"],
            AppUrl = "",
            MaxUploadBytes = max,
        },
        new Ids(_time),
        _time);

    private static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text));

    private sealed class BrokenStream : MemoryStream
    {
        private bool _read;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_read)
                throw new IOException("the client has gone");
            _read = true;
            buffer.Span[0] = 1;
            return ValueTask.FromResult(1);
        }
    }
}
