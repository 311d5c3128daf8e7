using Microsoft.Extensions.Logging.Abstractions;
using Renga.Builds.Stacks;
using Renga.Model;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Builds.Tests;

/// <summary>Stacks on disk, made by a recipe that takes no time.</summary>
public sealed class StackTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
    private readonly List<string> _told = [];

    public StackTests() => Recipe("renga-12", "one");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private StacksOptions Options => new() { Folder = _folder["stacks"], RecipesFolder = _folder["recipes"], BuildBytes = 1 };

    [Fact]
    public async Task Build_PutsAWholeVersionInItsPlace()
    {
        (await BuildAsync()).Value.ShouldBe("20261121.1");
        _told.ShouldBe(["-----> Making renga-12", "-----> renga-12 20261121.1 is ready; a running platform moves its dynos to it now"]);
        (await File.ReadAllTextAsync(_folder["stacks/renga-12/20261121.1/run.squashfs"], Ct)).ShouldBe("run 20261121.1\n");
        var manifest = new StackFolder(Options.Folder).Newest("renga-12")!.Read()!;
        (manifest.Digest, manifest.CreatedAt, manifest.Run.Bytes).ShouldBe(("one", _time.GetUtcNow(), 15));
        manifest.Build.Packages.ShouldBe([new("gcc", "12"), new("libc6:amd64", "2.36"), new("libc6:i386", "2.36")]);
        Directory.EnumerateFileSystemEntries(_folder["stacks/renga-12"]).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["20261121.1", "lock"]);
    }

    [Fact]
    public async Task Build_WithNothingNew_KeepsTheVersion()
    {
        await BuildAsync();
        _time.Advance(TimeSpan.FromDays(1));
        (await BuildAsync()).Value.ShouldBe("20261121.1");
        _told[^1].ShouldBe("-----> Nothing is new: version 20261121.1 has all of it");

        Recipe("renga-12", "two");
        (await BuildAsync()).Value.ShouldBe("20261122.1");
        Recipe("renga-12", "three");
        (await BuildAsync()).Value.ShouldBe("20261122.2");
    }

    [Fact]
    public async Task Build_Fails_SaysWhyAndLeavesWhatThereWas()
    {
        await BuildAsync();
        await File.WriteAllTextAsync(_folder["recipes/renga-12/build"], "#!/bin/sh\nmkdir -p $2\necho half > $2/run.squashfs\necho no such package >&2\nexit 3\n", Ct);
        var refused = (await BuildAsync()).Refusal.ShouldNotBeNull();
        refused.Message.ShouldBe("no such package\nrenga-12 could not be built: its recipe ended with status 3. What there was before stays.");
        new StackFolder(Options.Folder).All().ShouldHaveSingleItem();
        Directory.Exists(_folder["stacks/renga-12/draft"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Build_OfAnUnknownStackOrByTwoOrWithoutRoom_IsRefused()
    {
        (await new StackBuilder(Options, _time).BuildAsync("heroku-24", [], _told.Add, Ct)).Refusal!.Message.ShouldBe("There is no stack \"heroku-24\" to build. Those that can be built: renga-12.");
        (await new StackBuilder(Options, _time).BuildAsync("../x", [], _told.Add, Ct)).Refusal!.Kind.ShouldBe(RefusalKind.Invalid);
        using (new StackFolder(Options.Folder).TryClaim("renga-12"))
            (await BuildAsync()).Refusal!.Message.ShouldBe("Another build of renga-12 is running. Wait for it to end.");
        (await new StackBuilder(Options with { BuildBytes = long.MaxValue }, _time).BuildAsync("renga-12", [], _told.Add, Ct)).Refusal!.Message.ShouldContain("needs");
    }

    [Fact]
    public async Task Store_RunningPlatform_SeesWhatIsBuiltAndRemoved()
    {
        using var store = new StackStore(Options, _time, NullLogger<StackStore>.Instance);
        await store.StartAsync(Ct);
        Names(store).ShouldBe(["host"]);
        store.Find("renga-12").Refusal!.Message.ShouldBe("Stack renga-12 is not available. Available stacks: host.");

        var changed = store.Available.Changed;
        await BuildAsync();
        await _time.WaitForTimersAsync(1, Ct);
        _time.Advance(Options.LookInterval);
        await changed.WaitAsync(Ct);
        Names(store).ShouldBe(["renga-12 20261121.1", "host"]);
        store.Find("renga-12").Value.BuildImage.ShouldBe(_folder["stacks/renga-12/20261121.1/build.squashfs"]);
        store.Look();
        store.Available.Changed.IsCompleted.ShouldBeFalse();
        await store.StopAsync(Ct);
    }

    [Fact]
    public async Task Store_DamagedVersion_DoesNotCount()
    {
        await BuildAsync();
        Recipe("renga-12", "two");
        await BuildAsync();
        await File.WriteAllTextAsync(_folder["stacks/renga-12/20261121.2/manifest.json"], "{", Ct);
        Names(Store()).ShouldBe(["renga-12 20261121.1", "host"]);
        File.Delete(_folder["stacks/renga-12/20261121.1/build.squashfs"]);
        Names(Store()).ShouldBe(["host"]);
        new StackShelf(Options).List().First().CreatedAt.ShouldBeNull();
    }

    [Fact]
    public async Task Store_WithoutImages_HasTheHostOnly()
    {
        await BuildAsync();
        Names(new StackStore(Options with { UseImages = false }, _time, NullLogger<StackStore>.Instance)).ShouldBe(["host"]);
    }

    [Fact]
    public async Task Remove_OnlyWhatNobodyNeeds()
    {
        await BuildAsync();
        var shelf = new StackShelf(Options);
        (await shelf.RemoveAsync("renga-12", "1", NoAppsAsync)).Refusal!.Message.ShouldBe("renga-12 has no version 1. It has 20261121.1.");
        (await shelf.RemoveAsync("renga-12", "20261121.1", static _ => Task.FromResult(2))).Refusal!.Message.ShouldStartWith("2 apps need renga-12, and 20261121.1 is its only version.");

        Recipe("renga-12", "two");
        await BuildAsync();
        shelf.List().Select(static s => (s.Version, s.IsNewest)).ShouldBe([("20261121.2", true), ("20261121.1", false)]);
        (await shelf.RemoveAsync("renga-12", "20261121.1", static _ => Task.FromResult(2))).Value.ShouldBe("20261121.1");
        (await shelf.RemoveAsync("renga-12", "20261121.2", NoAppsAsync)).Value.ShouldBe("20261121.2");
        (await shelf.RemoveAsync("renga-12", "20261121.2", NoAppsAsync)).Refusal!.Message.ShouldBe("There is no stack renga-12 here.");
        Names(Store()).ShouldBe(["host"]);
    }

    [Fact]
    public async Task Remove_WhileDynosAreOnIt_IsRefused()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("Only root can make block devices.");
        await BuildAsync();
        await File.WriteAllBytesAsync(_folder["stacks/renga-12/20261121.1/run.squashfs"], new byte[4096], Ct);
        var device = (await ProcessRunner.RunCheckedAsync(Command.Of("losetup", "--find", "--show", "--read-only", _folder["stacks/renga-12/20261121.1/run.squashfs"]), Ct)).Output.Trim();
        try
        {
            new StackShelf(Options).List().ShouldHaveSingleItem().InUse.ShouldBeTrue();
            (await new StackShelf(Options).RemoveAsync("renga-12", "20261121.1", NoAppsAsync)).Refusal!.Message.ShouldStartWith("Dynos are on renga-12 20261121.1.");
        }
        finally
        {
            await ProcessRunner.RunCheckedAsync(Command.Of("losetup", "--detach", device), CancellationToken.None);
        }
    }

    [Theory]
    [InlineData("20261121.1", true)]
    [InlineData("20261121", false)]
    [InlineData("draft", false)]
    [InlineData("20261121.-1", false)]
    public void Version_Text_IsADayAndANumber(string text, bool valid) => (StackVersionNumber.Parse(text)?.ToString()).ShouldBe(valid ? text : null);

    [Fact]
    public void Version_Next_ComesAfterAllOthers()
    {
        var now = _time.GetUtcNow();
        StackVersionNumber.Next(null, now).ToString().ShouldBe("20261121.1");
        StackVersionNumber.Next(StackVersionNumber.Parse("20261121.9"), now).ToString().ShouldBe("20261121.10");
        StackVersionNumber.Next(StackVersionNumber.Parse("20270101.1"), now).ToString().ShouldBe("20270101.2");
        StackVersionNumber.Parse("20261121.10")!.Value.CompareTo(StackVersionNumber.Parse("20261121.9")!.Value).ShouldBePositive();
    }

    [Fact]
    public async Task AppBuild_OnAStackThatIsNotThere_SaysWhichThereAre()
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.Records.Subject = compiler.Records.Subject with { Stack = "renga-12" };
        var built = await compiler.BuildAsync(compiler.Source(("index.html", "x")), Ct);
        built.Result.Refusal!.Message.ShouldBe("Stack renga-12 is not available. Available stacks: host.");
        compiler.ShouldHaveNoLeftovers();
    }

    public void Dispose() => _folder.Dispose();

    private static Task<int> NoAppsAsync(string stack) => Task.FromResult(0);

    private static IEnumerable<string> Names(StackStore stacks) => stacks.Available.Current.Versions.Select(static v => $"{v.Name} {v.Version}".TrimEnd());

    private StackStore Store() => new(Options, _time, NullLogger<StackStore>.Instance);

    private Task<Result<string>> BuildAsync() => new StackBuilder(Options, _time).BuildAsync("renga-12", [], _told.Add, Ct);

    private void Recipe(string name, string digest)
    {
        var file = _folder[$"recipes/{name}/build"];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(
            file,
            $"""
            #!/bin/sh
            echo "-----> Making {name}"
            [ "$1 $3 $5" = "--out --version --work" ] || exit 9
            for variant in run build; do
              echo "$variant $4" > "$2/$variant.squashfs"
              printf 'gcc 12 amd64\nlibc6 2.36 amd64\nlibc6 2.36 i386\n' > "$2/$variant.packages"
            done
            echo {digest} > "$2/digest"

            """);
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
    }
}
