using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Renga.Builds.Caching;
using Renga.Builds.Slugs;
using Renga.Model;
using Renga.Model.Slugs;
using Renga.Testing;

namespace Renga.Builds.Tests;

/// <summary>Images by their content: put, checked, given up.</summary>
public sealed class SlugStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly FakeRecords _records = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private BuildsOptions Options => new()
    {
        SlugsFolder = _folder["slugs"],
        CacheFolder = _folder["cache"],
        OutputsFolder = _folder["builds"],
        SourcesFolder = _folder["sources"],
        RunFolder = _folder["run"],
        BuildpacksFolder = _folder["packs"],
        AppUrl = "",
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Put_OfTheSameContent_KeepsTheFileThatIsThere()
    {
        var store = Store();
        var image = await PutAsync(store, "content");
        var first = new FileInfo(PathOf(image)).LastWriteTimeUtc;

        (await PutAsync(store, "content")).ShouldBe(image);

        new FileInfo(PathOf(image)).LastWriteTimeUtc.ShouldBe(first);
        Directory.EnumerateFiles(_folder["slugs"]).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Locate_ChangedBytes_IsRefusedAndHealedByThePutOfTheSameContent()
    {
        var image = await PutAsync(Store(), "content");
        await File.WriteAllTextAsync(PathOf(image), "contemt", Ct);
        var restarted = Store();

        var refusal = restarted.Locate(image).Refusal.ShouldNotBeNull();

        refusal.Kind.ShouldBe(RefusalKind.Invalid);
        refusal.Message.ShouldBe($"Checksum does not match expected value. Expected: SHA256:{image} Actual: SHA256:{Digest("contemt")}");
        await PutAsync(restarted, "content");
        restarted.Locate(image).Value.ShouldBe(PathOf(image));
    }

    [Fact]
    public async Task Locate_BytesChangedAfterTheCheck_AreNoticed()
    {
        var store = Store();
        var image = await PutAsync(store, "content");
        store.Locate(image).Refusal.ShouldBeNull();

        await File.AppendAllTextAsync(PathOf(image), "more", Ct);

        store.Locate(image).Refusal.ShouldNotBeNull().Kind.ShouldBe(RefusalKind.Invalid);
    }

    [Fact]
    public void Locate_WhatIsNotThere_IsNotFound() => Store().Locate(Digest("x")).Refusal.ShouldNotBeNull().Kind.ShouldBe(RefusalKind.NotFound);

    [Fact]
    public async Task Collect_RemovesWhatNoSlugNeeds_ButNothingThatWasJustPut()
    {
        var store = Store();
        var needed = await PutAsync(store, "needed");
        var orphan = await PutAsync(store, "orphan");
        var fresh = await PutAsync(store, "fresh");
        store.Settle(orphan);
        Record(needed);
        using var collector = Collector(store);

        await collector.CollectAsync(Ct);
        store.Images.ShouldBe([needed, fresh], ignoreOrder: true);

        _time.Advance(Options.SlugGrace);
        await collector.CollectAsync(Ct);
        store.Images.ShouldBe([needed]);
    }

    [Fact]
    public async Task Delete_WhileAnotherBuildPutsTheSame_Waits()
    {
        var store = Store();
        var image = await PutAsync(store, "shared");
        await PutAsync(store, "shared");
        store.Settle(image);

        store.Delete(image);
        store.Images.ShouldBe([image]);

        store.Settle(image);
        store.Delete(image);
        store.Images.ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_NamesOldImagesByTheirContent_AndSweepsWhatIsNobodys()
    {
        var slug = Record(Digest("old"));
        var (gone, here) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        _records.Apps[here] = true;
        foreach (var name in new[] { $"slugs/{slug:D}.squashfs", $"slugs/{gone:D}.squashfs", $"cache/{gone:D}.img", $"cache/{here:D}.img" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            await File.WriteAllTextAsync(_folder[name], "old", Ct);
        }

        var store = Store();
        using var collector = Collector(store);
        await collector.StartingAsync(Ct);
        store.Images.ShouldContain(Digest("old"));
        await collector.StartAsync(Ct);
        await collector.StopAsync(Ct);

        store.Images.ShouldBe([Digest("old")]);
        store.Locate(Digest("old")).Refusal.ShouldBeNull();
        Directory.EnumerateFiles(_folder["cache"]).ShouldBe([_folder[$"cache/{here:D}.img"]]);
    }

    private static string Digest(string content) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)));

    private SlugStore Store() => new(Options, _time);

    private SlugCollector Collector(SlugStore store) => new(_records, store, new CacheStore(Options), Options, _time, NullLogger<SlugCollector>.Instance);

    private string PathOf(string image) => _folder[$"slugs/{image}.squashfs"];

    private static async Task<string> PutAsync(SlugStore store, string content)
    {
        var draft = store.DraftPath(Guid.CreateVersion7());
        await File.WriteAllTextAsync(draft, content, Ct);
        await store.PutAsync(Digest(content), draft, Ct);
        File.Exists(draft).ShouldBeFalse();
        return Digest(content);
    }

    private Guid Record(string image)
    {
        var now = _time.GetUtcNow();
        var slug = new Slug { Id = Guid.CreateVersion7(), AppId = Guid.CreateVersion7(), Image = image, Stack = "host", ProcessTypes = [], CreatedAt = now, UpdatedAt = now };
        _records.Deployed.Enqueue(slug);
        return slug.Id;
    }
}
