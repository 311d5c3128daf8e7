using System.Globalization;
using Renga.EndToEnd.Tests.Harness;
using Renga.Processes;

namespace Renga.EndToEnd.Tests;

public sealed class LogTests(SharedPlatform shared) : Scenario(shared)
{
    [Fact]
    public async Task Logs_ShowTheAppThePlatformAndTheRouter()
    {
        var (app, _) = await NewVerseAsync("spoken");
        await Platform.Browser.ReadAsync(app, "/say?v=an+old+pond", Ct);
        await Platform.Browser.ReadAsync(app, "/cry?v=a+frog+jumps", Ct);
        await Platform.Api.SaysAsync(app, null, Ct, "an old pond", "a frog jumps");

        var all = await Heroku.OutputAsync(Ct, "logs", "--num", "1500", "--app", app);
        all.ShouldContain(" app[api]: Release v2 created by user e2e@example.com");
        all.ShouldContain(" app[api]: Build succeeded");
        all.ShouldContain(" heroku[web.1]: Starting process with command `node index.js`");
        all.ShouldContain(" heroku[web.1]: State changed from starting to up");
        all.ShouldContain(" app[web.1]: an old pond");
        all.ShouldContain(" app[web.1]: a frog jumps");
        all.ShouldMatch(@" heroku\[router\]: at=info method=GET path=""/say\?v=an\+old\+pond"" host=\S+ request_id=\S+ fwd=""[^""]*"" dyno=web\.1 connect=\d+ms service=\d+ms status=200 bytes=\d+ protocol=http");
        Times(all).ShouldBeInOrder();

        var process = await Heroku.OutputAsync(Ct, "logs", "-p", "web", "--num", "1500", "--app", app);
        process.ShouldContain("app[web.1]: an old pond");
        process.ShouldNotContain("[router]");

        var source = await Heroku.OutputAsync(Ct, "logs", "-s", "heroku", "--num", "1500", "--app", app);
        source.ShouldContain("heroku[router]");
        source.ShouldNotContain("an old pond");

        (await Heroku.OutputAsync(Ct, "logs", "--num", "1", "-s", "app", "-p", "web.1", "--app", app)).Trim().ShouldEndWith("app[web.1]: a frog jumps");
    }

    [Fact]
    public async Task Tail_ShowsLinesAsTheyCome()
    {
        var (app, _) = await NewVerseAsync("followed");
        using var tail = Heroku.Start("logs", "--tail", "--app", app);
        try
        {
            await UntilAsync(tail.StandardOutput, "State changed from starting to up");
            await Platform.Browser.ReadAsync(app, "/say?v=plop", Ct);
            await UntilAsync(tail.StandardOutput, "app[web.1]: plop");
        }
        finally
        {
            ProcessRunner.Kill(tail);
        }
    }

    // The stream is by arrival; what one process wrote keeps its order.
    private static IEnumerable<DateTimeOffset> Times(string lines) =>
        lines.Split('\n').Where(static l => l.Contains(" app[web.1]: ", StringComparison.Ordinal)).Select(static l => DateTimeOffset.Parse(l.Split(' ')[0], CultureInfo.InvariantCulture));

    private static async Task UntilAsync(StreamReader reader, string text)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var seen = new List<string>();
        try
        {
            while (await reader.ReadLineAsync(limit.Token) is { } line)
            {
                seen.Add(line);
                if (line.Contains(text, StringComparison.Ordinal))
                    return;
            }
        }
        catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
        {
            // Told below.
        }

        throw new TimeoutException($"No \"{text}\" in:\n{string.Join('\n', seen)}");
    }
}
