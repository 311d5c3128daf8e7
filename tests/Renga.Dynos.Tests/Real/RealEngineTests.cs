using System.Collections.Immutable;
using System.Globalization;
using Renga.Dynos.Tests.OneOff;
using Renga.Engines;
using Renga.Model.Dynos;
using Renga.Model.Routing;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Dynos.Tests.Real;

/// <summary>The dyno manager over a real engine: real processes, real ports, the real clock.</summary>
public abstract class RealEngineTests : IAsyncLifetime
{
    // Slow to boot on purpose, so that a replacement that does not wait for it would be seen.
    private const string Server = """
        use IO::Socket::INET;
        $SIG{PIPE} = 'IGNORE';
        select(undef, undef, undef, 0.2);
        my $server = IO::Socket::INET->new(LocalPort => $ENV{PORT}, Listen => 128, ReuseAddr => 1) or die "cannot listen: $!";
        $| = 1;
        print "listening as $ENV{DYNO}\n";
        while (my $client = $server->accept) {
          my $line = <$client>;
          next unless defined $line; # a probe of the port
          while (my $header = <$client>) { last if $header =~ /^\r?\n$/; }
          exit 3 if $line =~ m{^GET /crash};
          my $body = "$ENV{MESSAGE} $ENV{DYNO} $$ " . (-e 'scratch' ? 'old' : 'fresh');
          open(my $scratch, '>', 'scratch'); close $scratch;
          print $client "HTTP/1.0 200 OK\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
          close $client;
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private Platform _platform = null!;
    private TinyRouter _router = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected string Folder => _folder.Path;

    /// <summary>A new engine over the same state.</summary>
    protected abstract IDynoEngine MakeEngine();

    /// <summary>The end of one that was used; everything it ran must be gone when <paramref name="last"/>.</summary>
    protected abstract Task CloseAsync(IDynoEngine engine, bool last);

    public async ValueTask InitializeAsync()
    {
        var slug = Directory.CreateDirectory(_folder["slug"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(slug, "server.pl"), Server, Ct);
        await File.WriteAllTextAsync(Path.Combine(slug, ".profile"), "export PROFILE=read", Ct);
        var owner = CanonicalOwner.Id.ToString(CultureInfo.InvariantCulture);
        await ProcessRunner.RunCheckedAsync(Command.Of("mksquashfs", slug, _folder["slug.squashfs"], "-quiet", "-no-progress", "-no-xattrs", "-force-uid", owner, "-force-gid", owner), Ct);
        _platform = new Platform(MakeEngine(), TimeProvider.System) { GreetingGap = TimeSpan.FromMilliseconds(100) };
        _router = new TinyRouter(_platform.Routes);
        _platform.Router = _router;
        _platform.Slugs.Image = _folder["slug.squashfs"];
        await _platform.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _platform.StopAsync();
        await CloseAsync(_platform.Engine, last: true);
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Dyno_StartsServesCrashesAndComesBack()
    {
        _platform.Want(App(1));
        (await GetAsync()).ShouldMatch("^one web.1 \\d+ fresh$");
        (await GetAsync()).ShouldEndWith("old");
        await Should.ThrowAsync<IOException>(() => _router.GetAsync(Make.Guid(1), "/crash", Ct));
        await _platform.Logs.WaitForAsync("heroku[web.1]: State changed from up to crashed", Ct);
        (await GetAsync()).ShouldEndWith("fresh");
        _platform.Logs.Lines.ShouldContain("heroku[web.1]: Process exited with status 3");
        await _platform.Logs.WaitForAsync("app[web.1]: listening as web.1", Ct, occurrence: 2);
    }

    [Fact]
    public async Task Releases_UnderLoad_FailNoRequest()
    {
        _platform.Want(App(1));
        await GetAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var clients = Enumerable.Range(0, 4).Select(_ => LoadAsync(stop.Token)).ToList();
        for (var version = 2; version <= 4; version++)
        {
            _platform.Want(App(version, message: $"v{version}"));
            await Eventually.HoldsAsync($"v{version} serves", async ct => (await _router.GetAsync(Make.Guid(1), "/", ct)).StartsWith($"v{version} ", StringComparison.Ordinal), Ct);
        }

        await stop.CancelAsync();
        (await Task.WhenAll(clients)).Sum().ShouldBeGreaterThan(20);
        await _platform.ShowsAsync(Ct, "web.1 up v4");
        await _platform.Logs.WaitForAsync("heroku[web.1]: Process exited with status 143", Ct, occurrence: 3);
    }

    [Fact]
    public async Task Platform_Restarted_AdoptsTheSameProcess()
    {
        _platform.Want(App(1, web: 2));
        await _platform.ShowsAsync(Ct, "web.1 up v1", "web.2 up v1");
        var before = _platform.Route()!.Dynos;
        await _platform.StopAsync();
        await CloseAsync(_platform.Engine, last: false);

        _platform.Engine = MakeEngine();
        await _platform.StartAsync(Ct);
        _platform.Route()!.State.ShouldBe(WebState.Up);
        _platform.Route()!.Dynos.ShouldBe(before);
        (await GetAsync()).ShouldStartWith("one web.");
        _platform.Logs.Lines.Count(static l => l.Contains("listening", StringComparison.Ordinal)).ShouldBe(2);

        _platform.Want(App(1, web: 1));
        await _platform.Logs.WaitForAsync("heroku[web.2]: Process exited with status 143", Ct);
    }

    [Fact]
    public async Task OneOff_AttachedWithoutTty_TakesInputAndTellsItsStatus()
    {
        _platform.Want(App(1, web: 0));
        var run = await _platform.Manager.RunAsync(Request("cat; echo \"$PROFILE $DYNO\"; (exit 5) ; echo \"\uFFFF heroku-command-exit-status: $?\"") with { Attach = true, ForceNoTty = true }, Ct);
        await using var client = await RendezvousPeer.ConnectAsync(run.Value.AttachUrl!, Ct);
        (await client.ReadAsync(Ct)).ShouldBe("rendezvous\r\n");
        await client.SendAsync("typed\n", Ct);
        await client.SendAsync("\u0004", Ct);
        (await client.ReadToEndAsync(Ct)).ShouldBe($"typed\nread {run.Value.Name}\n\uFFFF heroku-command-exit-status: 5\n");
        await _platform.Logs.WaitForAsync($"heroku[{run.Value.Name}]: State changed from up to complete", Ct);
    }

    [Fact]
    public async Task OneOff_ClientGoes_IsHungUp()
    {
        _platform.Want(App(1, web: 0));
        var run = await _platform.Manager.RunAsync(Request("echo ready; sleep 100") with { Attach = true, ForceNoTty = true }, Ct);
        var client = await RendezvousPeer.ConnectAsync(run.Value.AttachUrl!, Ct);
        (await client.ReadAsync(Ct)).ShouldBe("rendezvous\r\n");
        (await client.ReadAsync(Ct)).ShouldBe("ready\n");
        await client.DisposeAsync();
        await _platform.Logs.WaitForAsync("Client connection closed. Sending SIGHUP to all processes", Ct);
        await _platform.Logs.WaitForAsync($"heroku[{run.Value.Name}]: Process exited with status 129", Ct);
    }

    [Fact]
    public async Task OneOff_Detached_LogsItsOutput()
    {
        _platform.Want(App(1, web: 0));
        var run = (await _platform.Manager.RunAsync(Request("echo out; echo err >&2; exit 4"), Ct)).Value;
        await _platform.Logs.WaitForAsync($"heroku[{run.Name}]: State changed from up to complete", Ct);
        _platform.Logs.Lines.ShouldContain($"app[{run.Name}]: out");
        _platform.Logs.Lines.ShouldContain($"app[{run.Name}]: err");
        _platform.Logs.Lines.ShouldContain($"heroku[{run.Name}]: Process exited with status 4");
    }

    protected Task<string> AttachTtyAsync(string command) => RunTtyAsync(Request(command) with
    {
        Attach = true,
        Environment = ImmutableDictionary<string, string>.Empty.Add("COLUMNS", "111").Add("LINES", "33").Add("TERM", "xterm"),
    });

    private async Task<string> RunTtyAsync(OneOffRequest request)
    {
        _platform.Want(App(1, web: 0));
        var run = await _platform.Manager.RunAsync(request, Ct);
        await using var client = await RendezvousPeer.ConnectAsync(run.Value.AttachUrl!, Ct);
        (await client.ReadAsync(Ct)).ShouldBe("rendezvous\r\n");
        return await client.ReadToEndAsync(Ct);
    }

    private static OneOffRequest Request(string command) => new() { AppId = Make.Guid(1), Command = command, AccountEmail = "ada@example.com" };

    private static DesiredApp App(int version, int web = 1, string message = "one")
    {
        var app = Make.App(version, web: web);
        return app with { Config = app.Config.Add("MESSAGE", message), Formation = [new DesiredProcess("web", "exec perl server.pl", web, "Basic")] };
    }

    private Task<string> GetAsync() => _router.GetAsync(Make.Guid(1), "/", Ct);

    private async Task<int> LoadAsync(CancellationToken stop)
    {
        var answers = 0;
        while (!stop.IsCancellationRequested)
        {
            await _router.GetAsync(Make.Guid(1), "/", Ct);
            answers++;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Ct);
        }

        return answers;
    }
}
