using System.Collections.Immutable;
using System.Text;
using Renga.Conformance;
using Renga.Engines;
using Renga.Model;
using Renga.Model.Dynos;
using Renga.Testing;

namespace Renga.Dynos.Tests.OneOff;

/// <summary>One-off dynos over the scripted engine; attached ones over real TLS sockets.</summary>
public class OneOffTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_Detached_RunsLogsAndIsGone()
    {
        await using var platform = await StartAsync();
        var dyno = (await platform.Manager.RunAsync(Request("console --sandbox"), Ct)).Value;
        dyno.Name.ShouldMatch(@"^run\.\d{4}$");
        dyno.Command.ShouldBe("node repl.js --sandbox");
        dyno.AttachUrl.ShouldBeNull();
        await platform.Logs.WaitForAsync($"heroku[{dyno.Name}]: State changed from starting to up", Ct);
        platform.Logs.Lines.ShouldContain("app[api]: Starting process with command `node repl.js --sandbox` by user ada@example.com");
        platform.Fake.Write(dyno.Name, "result"u8.ToArray());
        platform.Fake.CrashDyno(dyno.Name, 0);
        await platform.Logs.WaitForAsync($"heroku[{dyno.Name}]: State changed from up to complete", Ct);
        platform.Logs.Lines.ShouldContain($"app[{dyno.Name}]: result");
        platform.Logs.Lines.ShouldContain($"heroku[{dyno.Name}]: Process exited with status 0");
        await Eventually.HoldsAsync("it is gone", _ => Task.FromResult(platform.Fake.Count == 0 && platform.Manager.List(dyno.AppId).IsEmpty), Ct);
    }

    [Fact]
    public async Task Run_Detached_EndsAtItsTime()
    {
        await using var platform = await StartAsync();
        var dyno = (await platform.Manager.RunAsync(Request("sleep 1000") with { TimeToLive = TimeSpan.FromMinutes(5) }, Ct)).Value;
        await platform.Logs.WaitForAsync($"heroku[{dyno.Name}]: State changed from starting to up", Ct);
        platform.Clock.Advance(TimeSpan.FromMinutes(5));
        await platform.Logs.WaitForAsync($"heroku[{dyno.Name}]: Stopping all processes with SIGTERM", Ct);
        await platform.Logs.WaitForAsync($"heroku[{dyno.Name}]: Process exited with status 143", Ct);
    }

    [Fact]
    public async Task Run_BadInput_IsRefusedWithTheReason()
    {
        await using var platform = await StartAsync();
        (await platform.Manager.RunAsync(Request("  "), Ct)).Refusal!.Message.ShouldBe("Command can't be blank.");
        (await platform.Manager.RunAsync(Request("x") with { Size = "huge" }, Ct)).Refusal!.Message.ShouldStartWith("No such size as huge.");
        (await platform.Manager.RunAsync(Request("x") with { Type = "a b" }, Ct)).Refusal!.Kind.ShouldBe(RefusalKind.Invalid);
        (await platform.Manager.RunAsync(Request("x") with { AppId = Make.Guid(8) }, Ct)).Refusal!.Kind.ShouldBe(RefusalKind.NotFound);
        platform.Want(Make.App() with { Slug = null, Formation = [] });
        (await platform.Manager.RunAsync(Request("x"), Ct)).Refusal!.Message.ShouldContain("no code yet");
    }

    [Fact]
    public async Task Run_Attached_CarriesBothWaysAndClosesAtTheEnd()
    {
        await using var platform = await StartAsync();
        var (dyno, client, terminal) = await AttachAsync(platform, Request("bash") with { Environment = Environment("COLUMNS", "120", "LINES", "50", "TERM", "xterm") });
        await using var connection = client;
        platform.Logs.Lines.ShouldContain($"heroku[{dyno.Name}]: Awaiting client");
        platform.Fake.Running.ShouldHaveSingleItem().Interactive.ShouldBe(new InteractiveMode(true, 120, 50));
        platform.Fake.Running[0].Environment["TERM"].ShouldBe("xterm");

        await client.SendAsync("ls\r\u0003\u0004", Ct);
        Encoding.UTF8.GetString(await terminal.ReadInputAsync(5, Ct)).ShouldBe("ls\r\u0003\u0004");
        terminal.IsInputClosed.ShouldBeFalse();
        terminal.Print("file.txt\r\n"u8);
        (await client.ReadAsync(Ct)).ShouldBe("file.txt\r\n");
        terminal.Print("bye"u8);
        platform.Fake.CrashDyno(dyno.Name, 3);
        (await client.ReadToEndAsync(Ct)).ShouldBe("bye");
        await platform.Logs.WaitForAsync($"heroku[{dyno.Name}]: Process exited with status 3", Ct);
        await platform.Logs.WaitForAsync($"heroku[{dyno.Name}]: State changed from up to complete", Ct);
        platform.Fake.Signals.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_ExitStatusMarkerInPieces_ArrivesInOneChunk()
    {
        await using var platform = await StartAsync();
        var (dyno, client, terminal) = await AttachAsync(platform, Request("x"));
        await using var connection = client;
        terminal.Print([.. "out"u8, 0xEF]);
        (await client.ReadAsync(Ct)).ShouldBe("out");
        terminal.Print([0xBF, 0xBF, .. " heroku-command-"u8]);
        terminal.Print("exit-status: 1"u8);
        terminal.Print("7\r\n"u8);
        (await client.ReadAsync(Ct)).ShouldBe("\uFFFF heroku-command-exit-status: 17\r\n");
        platform.Fake.CrashDyno(dyno.Name, 0);
        (await client.ReadToEndAsync(Ct)).ShouldBe("");
    }

    [Fact]
    public async Task Run_WithoutTty_ByteFourEndsTheInput()
    {
        await using var platform = await StartAsync();
        var (_, client, terminal) = await AttachAsync(platform, Request("cat") with { ForceNoTty = true });
        await using var connection = client;
        platform.Fake.Running[0].Interactive!.Terminal.ShouldBeFalse();
        await client.SendAsync("binary \u0004 inside", Ct);
        Encoding.UTF8.GetString(await terminal.ReadInputAsync(15, Ct)).ShouldBe("binary \u0004 inside");
        await client.SendAsync("end\u0004", Ct);
        Encoding.UTF8.GetString(await terminal.ReadInputAsync(3, Ct)).ShouldBe("end");
        await Eventually.HoldsAsync(
            "stdin is closed",
            _ =>
            {
                platform.Clock.Advance(TimeSpan.FromMilliseconds(100));
                return Task.FromResult(terminal.IsInputClosed);
            },
            Ct);
    }

    [Fact]
    public async Task Run_ClientGoes_SighupThenR16()
    {
        await using var platform = await StartAsync();
        var (dyno, client, _) = await AttachAsync(platform, Request("bash"));
        platform.Fake.IgnoreTerminate(dyno.Name);
        await client.DisposeAsync();
        await platform.Logs.WaitForAsync($"heroku[{dyno.Name}]: Client connection closed. Sending SIGHUP to all processes", Ct);
        await Eventually.HoldsAsync("SIGHUP", _ => Task.FromResult(platform.Fake.Signals.Contains((dyno.Name, DynoSignal.Hangup))), Ct);
        platform.Clock.Advance(platform.Options.HangupGrace);
        await platform.Logs.WaitForAsync("Error R16 (Detached)", Ct);
        await platform.Logs.WaitForAsync($"heroku[{dyno.Name}]: Process exited with status 137", Ct);
    }

    [Fact]
    public async Task Run_NoClient_R13AndTheSecretIsDead()
    {
        await using var platform = await StartAsync();
        var dyno = (await platform.Manager.RunAsync(Request("bash") with { Attach = true }, Ct)).Value;
        platform.Clock.Advance(platform.Options.AttachTimeout);
        await platform.Logs.WaitForAsync($"heroku[{dyno.Name}]: Error R13 (Attach error) -> Failed to attach to process", Ct);
        await Eventually.HoldsAsync("it is gone", _ => Task.FromResult(platform.Manager.List(dyno.AppId).IsEmpty), Ct);
        await using var client = await RendezvousPeer.ConnectAsync(dyno.AttachUrl!, Ct);
        (await client.ReadToEndAsync(Ct)).ShouldBe("");
        platform.Fake.Made.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rendezvous_SecondClientOrWrongSecret_IsClosed()
    {
        await using var platform = await StartAsync();
        var (dyno, client, _) = await AttachAsync(platform, Request("bash"));
        await using var connection = client;
        await using var second = await RendezvousPeer.ConnectAsync(dyno.AttachUrl!, Ct);
        (await second.ReadToEndAsync(Ct)).ShouldBe("");
        var wrong = new UriBuilder(dyno.AttachUrl!) { Path = "/" + new string('0', 64) }.Uri.ToString();
        await using var guess = await RendezvousPeer.ConnectAsync(wrong, Ct);
        (await guess.ReadToEndAsync(Ct)).ShouldBe("");
    }

    [Fact]
    public async Task Run_LaunchFails_TellsTheClient()
    {
        await using var platform = await StartAsync();
        platform.Fake.FailNextCreates(1);
        var dyno = (await platform.Manager.RunAsync(Request("bash") with { Attach = true }, Ct)).Value;
        await using var client = await RendezvousPeer.ConnectAsync(dyno.AttachUrl!, Ct);
        (await client.ReadToEndAsync(Ct)).ShouldBe("rendezvous\r\n !    The platform failed to launch the dyno.\r\n");
        await Eventually.HoldsAsync("it is gone", _ => Task.FromResult(platform.Manager.List(dyno.AppId).IsEmpty), Ct);
    }

    [Fact]
    public async Task Restart_OfThePlatform_EndsAttachedAndKeepsDetached()
    {
        var platform = await StartAsync();
        var detached = (await platform.Manager.RunAsync(Request("sleep"), Ct)).Value;
        var (attached, client, _) = await AttachAsync(platform, Request("bash"));
        await platform.ShowsAsync(Ct, [.. new[] { attached.Name, detached.Name }.OrderBy(static n => n, StringComparer.Ordinal).Select(static n => $"{n} up v1")]);
        await platform.StopAsync();
        await client.DisposeAsync();
        await using var next = await platform.StartAsync(Ct);
        await next.Logs.WaitForAsync($"heroku[{attached.Name}]: State changed from up to complete", Ct);
        await next.ShowsAsync(Ct, $"{detached.Name} up v1");
    }

    private static async Task<Platform> StartAsync()
    {
        var platform = new Platform();
        platform.Desired.Set(Make.App(web: 0));
        return await platform.StartAsync(Ct);
    }

    private static OneOffRequest Request(string command) => new() { AppId = Make.Guid(1), Command = command, AccountEmail = "ada@example.com" };

    private static ImmutableDictionary<string, string> Environment(params string[] pairs) => pairs.Chunk(2).ToImmutableDictionary(static p => p[0], static p => p[1]);

    /// <summary>Runs it, connects, and waits until the session carries bytes.</summary>
    private static async Task<(DynoInfo Dyno, RendezvousPeer Client, FakeTerminal Terminal)> AttachAsync(Platform platform, OneOffRequest request)
    {
        var dyno = (await platform.Manager.RunAsync(request with { Attach = true }, Ct)).Value;
        var client = await RendezvousPeer.ConnectAsync(dyno.AttachUrl!, Ct);
        (await client.ReadAsync(Ct)).ShouldBe("rendezvous\r\n");
        await platform.Logs.WaitForAsync($"heroku[{dyno.Name}]: State changed from starting to up", Ct);
        return (dyno, client, platform.Fake.Terminal(dyno.Name).ShouldNotBeNull());
    }
}
