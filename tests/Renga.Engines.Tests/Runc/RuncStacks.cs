using Renga.Conformance;

namespace Renga.Engines.Tests.Runc;

/// <summary>Dynos on a stack that is an image.</summary>
public sealed class RuncStacks : IAsyncLifetime
{
    private RuncEngineHarness _harness = null!;
    private string _image = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IDynoEngine Engine => _harness.Engine;

    public async ValueTask InitializeAsync()
    {
        _harness = await RuncEngineHarness.MakeAsync(Ct);
        _image = await TinyStack.MakeAsync(_harness.Folder, "1", Ct);
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task Root_IsTheImage_WithTheDynosOwnFilesOverIt()
    {
        var slug = await _harness.MakeSlugAsync(new Dictionary<string, string> { ["file"] = "from slug\n" }, Ct);
        await File.WriteAllTextAsync(Path.Combine(_harness.Folder, "given"), "from outside\n", Ct);
        const string Line =
            """
            cat /etc/tiny /var/tiny/state file; id -un; echo $HOME; cat /etc/hostname
            test -e /usr/bin/perl && echo "sees the machine's programs"
            for f in passwd group resolv.conf hosts; do [ "$(cat /etc/$f)" = image ] && echo "$f is the image's"; done
            for p in /usr/bin/x /etc/x /var/tiny/x /x; do (echo x > $p) 2>/dev/null && echo "wrote $p"; done
            touch /tmp/mine /app/mine && echo writes
            """;
        (await Engine.RunAsync(OnStack(Line) with { SlugImage = slug }, Ct)).Output.ShouldBe("1\nkept\nfrom slug\ndyno\n/app\nweb-1\nwrites\n");

        var withMount = OnStack("cat /renga/given /etc/tiny") with { Mounts = [new DynoMount(Path.Combine(_harness.Folder, "given"), "/renga/given", ReadOnly: true)] };
        (await Engine.RunAsync(withMount, Ct)).Output.ShouldBe("from outside\n1\n");
    }

    [Fact]
    public async Task Image_IsMountedOnceForItsDynos_FromTheFirstToTheLast()
    {
        var first = await StartAsync(OnStack("sleep 600"));
        var second = await StartAsync(OnStack("sleep 600"));
        var newer = await StartAsync(OnStack("cat /etc/tiny; sleep 600", await TinyStack.MakeAsync(_harness.Folder, "2", Ct)));
        (await Engine.ReadUntilAsync(newer.Id, 0, "2\n", Ct)).Item1.ShouldBe("2\n");
        StackMounts().Count.ShouldBe(2);

        await Engine.DestroyAsync(first.Id, Ct);
        StackMounts().Count.ShouldBe(2);
        await Engine.DestroyAsync(second.Id, Ct);
        StackMounts().Count.ShouldBe(1);
        await Engine.DestroyAsync(newer.Id, Ct);
        StackMounts().ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(Path.Combine(Platform, "stacks")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restart_MountsOfRunningDynosStay_AndOthersGo()
    {
        var stays = await StartAsync(OnStack("sleep 600"));
        var halfMade = await StartAsync(OnStack("sleep 600", await TinyStack.MakeAsync(_harness.Folder, "2", Ct)));
        File.Delete(Path.Combine(_harness.Folder, "dynos", halfMade.Id.ToString("N"), "state.json"));

        (await _harness.RestartAsync(Ct)).ShouldHaveSingleItem().Spec.StackImage.ShouldBe(_image);
        StackMounts().Count.ShouldBe(1);
        (await Engine.RunAsync(OnStack("cat /etc/tiny"), Ct)).Output.ShouldBe("1\n");
        StackMounts().Count.ShouldBe(1);
        await Engine.DestroyAsync(stays.Id, Ct);
        StackMounts().ShouldBeEmpty();
    }

    [Fact]
    public async Task TearDown_NothingIsLeft()
    {
        await StartAsync(OnStack("sleep 600"));
        await _harness.Runc.TearDownAsync(Ct);
        StackMounts().ShouldBeEmpty();
        Directory.Exists(Platform).ShouldBeFalse();
    }

    [Fact]
    public async Task Image_WithoutWhatDynosNeed_IsRefusedByNameAndNothingIsLeft()
    {
        var image = await TinyStack.MakeAsync(_harness.Folder, "broken", Ct, without: "catatonit");
        var refused = await Should.ThrowAsync<EngineException>(Engine.CreateAsync(OnStack("true", image), Ct));
        refused.Message.ShouldContain("lacks usr/bin/catatonit");
        StackMounts().ShouldBeEmpty();
    }

    private string Platform => "/run/renga/" + _harness.PlatformId;

    private DynoSpec OnStack(string line, string? image = null) => Dynos.Shell(line) with { Stack = "tiny", StackImage = image ?? _image };

    private async Task<DynoSpec> StartAsync(DynoSpec spec)
    {
        await Engine.CreateAsync(spec, Ct);
        await Engine.StartAsync(spec.Id, Ct);
        return spec;
    }

    private List<string> StackMounts() => [.. File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains(Platform + "/stacks/", StringComparison.Ordinal))];
}
