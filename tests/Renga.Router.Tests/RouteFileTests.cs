using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Renga.Model;
using Renga.Model.Routing;
using Renga.Router.Persistence;
using Renga.Testing;

namespace Renga.Router.Tests;

public sealed class RouteFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static AppRoute App => new()
    {
        AppId = Guid.CreateVersion7(),
        AppName = "app",
        Hosts = ["app.localhost", "www.example.com"],
        State = WebState.Up,
        Maintenance = true,
        Dynos = [new DynoEndpoint(Guid.CreateVersion7(), "web.1", new IPEndPoint(IPAddress.Parse("10.208.0.2"), 5006))],
        ErrorPageUrl = "https://example.com/error",
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Snapshots_GoThroughTheFile_AndTheLastGoodOneStays()
    {
        var path = _folder["routes.json"];
        var written = new Published<RouteSnapshot>(RouteSnapshot.Empty);
        var read = new Published<RouteSnapshot>(RouteSnapshot.Empty);
        using var writer = new RouteFileWriter(path, written, NullLoggerFactory.Instance);
        using var source = new FileRouteSource(path, read, TimeProvider.System, NullLoggerFactory.Instance);
        await source.StartAsync(Ct);
        await writer.StartAsync(Ct);

        var app = App;
        written.Publish(new RouteSnapshot([app]));
        var snapshot = await NextAsync(read, static s => s.Apps.Length == 1);
        var other = snapshot.Apps[0];
        (other with { Hosts = app.Hosts, Dynos = app.Dynos }).ShouldBe(app);
        other.Hosts.ShouldBe(app.Hosts);
        other.Dynos.ShouldBe(app.Dynos);

        written.Publish(new RouteSnapshot([app, app with { AppId = Guid.CreateVersion7(), Hosts = ["b.localhost"], Dynos = [], State = WebState.Starting }]));
        var good = await NextAsync(read, static s => s.Apps.Length == 2);
        await writer.StopAsync(Ct);
        foreach (var bad in new[] { "", "{", "{\"version\":2,\"apps\":[]}", "{\"version\":1}", "{\"version\":1,\"apps\":[{\"id\":1}]}" })
            RouteFile.Write(path, Encoding.UTF8.GetBytes(bad));
        written.Publish(new RouteSnapshot([]));
        RouteFile.Write(path, RouteFile.Format(written.Current));
        await NextAsync(read, static s => s.Apps.Length == 0);
        good.Apps.Length.ShouldBe(2);
        await source.StopAsync(Ct);

        // After a restart the file is there before the first request.
        RouteFile.Write(path, RouteFile.Format(good));
        var restarted = new Published<RouteSnapshot>(RouteSnapshot.Empty);
        using var again = new FileRouteSource(path, restarted, TimeProvider.System, NullLoggerFactory.Instance);
        await again.StartAsync(Ct);
        restarted.Current.Apps.Length.ShouldBe(2);
        await again.StopAsync(Ct);
    }

    [Fact]
    public async Task BrokenFile_KeepsWhatIsPublished()
    {
        var path = _folder["routes.json"];
        await File.WriteAllTextAsync(path, "{\"version\":1,\"apps\":[{\"id\":\"x\"}]}", Ct);
        var published = new Published<RouteSnapshot>(new RouteSnapshot([App]));
        using var source = new FileRouteSource(path, published, TimeProvider.System, NullLoggerFactory.Instance);
        await source.StartAsync(Ct);
        published.Current.Apps.Length.ShouldBe(1);
        await source.StopAsync(Ct);
    }

    private static async Task<RouteSnapshot> NextAsync(Published<RouteSnapshot> published, Func<RouteSnapshot, bool> wanted)
    {
        while (true)
        {
            var changed = published.Changed;
            if (wanted(published.Current))
                return published.Current;
            await changed.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Ct);
        }
    }
}
