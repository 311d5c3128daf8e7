using System.Text;
using Renga.Testing;

namespace Renga.Logs.Tests;

public sealed class LogHistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Guid _app = Guid.CreateVersion7();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Restart_BringsTheLastLinesBackInOrder()
    {
        await using (var logs = await RunningLogs.StartAsync(_folder, Ct))
        {
            for (var i = 0; i < 2000; i++)
                logs.Say(_app, $"{i}", i % 2 == 0 ? "web.1" : "worker.1");
        }

        await using var again = await RunningLogs.StartAsync(_folder, Ct);
        again.Say(_app, "after");

        (await again.TextsAsync(again.Open(_app), Ct)).ShouldBe([.. Enumerable.Range(501, 1499).Select(static i => $"{i}"), "after"]);
        (await again.TextsAsync(again.Open(_app, lines: 2, process: "web"), Ct)).ShouldBe(["1998", "after"]);
    }

    [Fact]
    public async Task Restart_KeepsPositions_SoAReaderGoesOn()
    {
        string id;
        await using (var logs = await RunningLogs.StartAsync(_folder, Ct))
        {
            logs.Say(_app, "one");
            id = (await logs.ReadAllAsync(logs.Open(_app), Ct, "Accept: text/event-stream")).Split('\n')[2][4..];
            logs.Say(_app, "two");
        }

        await using var again = await RunningLogs.StartAsync(_folder, Ct);
        again.Say(_app, "three");
        var body = await again.ReadAllAsync(again.Open(_app), Ct, "Accept: text/event-stream", $"Last-Event-ID: {id}");

        body.ShouldNotContain("one");
        body.IndexOf("two", StringComparison.Ordinal).ShouldBeLessThan(body.IndexOf("three", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1234567890123456 2026-01-02T03:04:05.678901+00:00 app[web.1]: torn")]
    [InlineData("12345")]
    [InlineData("\0\0\0\0\0\0\0\0\0")]
    public async Task Restart_AfterATornLine_LosesOnlyThatLine(string torn)
    {
        string file;
        await using (var logs = await RunningLogs.StartAsync(_folder, Ct))
        {
            logs.Say(_app, "whole");
            file = Path.Combine(logs.History.FolderOf(_app), "current.v1.log");
        }

        await File.AppendAllTextAsync(file, torn, Ct);
        await using (var again = await RunningLogs.StartAsync(_folder, Ct))
        {
            (await again.TextsAsync(again.Open(_app), Ct)).ShouldBe(["whole"]);
            again.Say(_app, "next");
        }

        await using var third = await RunningLogs.StartAsync(_folder, Ct);
        (await third.TextsAsync(third.Open(_app), Ct)).ShouldBe(["whole", "next"]);
    }

    [Fact]
    public async Task Restart_AfterGarbageInTheMiddle_PassesItOver()
    {
        string file;
        await using (var logs = await RunningLogs.StartAsync(_folder, Ct))
        {
            logs.Say(_app, "first");
            file = Path.Combine(logs.History.FolderOf(_app), "current.v1.log");
        }

        await File.AppendAllTextAsync(file, "\n\nnot a line\n9999999999999999 no time here\n", Ct);
        await using (var again = await RunningLogs.StartAsync(_folder, Ct))
            again.Say(_app, "second");

        await using var third = await RunningLogs.StartAsync(_folder, Ct);
        (await third.TextsAsync(third.Open(_app), Ct)).ShouldBe(["first", "second"]);
    }

    [Fact]
    public void Append_PastTheLimit_KeepsTwoFilesAndTheNewestLines()
    {
        var history = new LogHistory(new LogsOptions { Folder = _folder.Path, DiskBytes = 40_000 });
        for (var i = 0; i < 2000; i++)
            history.Append(_app, [Entry(i, $"line {i}")]);

        Directory.GetFiles(history.FolderOf(_app)).Length.ShouldBeLessThanOrEqualTo(2);
        Directory.GetFiles(history.FolderOf(_app)).Sum(static f => new FileInfo(f).Length).ShouldBeLessThan(41_000);
        var ids = history.ReadLast(_app, 300).Select(static e => e.Id).ToArray();
        ids.ShouldBe(Enumerable.Range(1700, 300).Select(static i => (long)i));
    }

    [Fact]
    public void ReadLast_OfLongLines_ReadsAsFarBackAsNeeded()
    {
        var history = new LogHistory(new LogsOptions { Folder = _folder.Path });
        history.Append(_app, [.. Enumerable.Range(0, 300).Select(static i => Entry(i, new string('x', 9000)))]);

        history.ReadLast(_app, 200).Select(static e => e.Id).ShouldBe(Enumerable.Range(100, 200).Select(static i => (long)i));
        history.ReadLast(_app, 1500).Count.ShouldBe(300);
    }

    [Fact]
    public async Task DiskThatCannotBeWritten_DoesNotStopTheStreamAndIsTold()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        var folder = logs.History.FolderOf(_app);

        // A file where the app's folder should be: nothing can be written below it, also not by root.
        await File.WriteAllTextAsync(folder, "", Ct);
        using var tail = await logs.GetAsync(logs.Open(_app, tail: true), Ct);
        logs.Say(_app, "one");
        logs.Say(_app, "two");
        await tail.ReadUntilAsync("two", Ct);
        File.Delete(folder);

        // The failed batches are known to be over once a later line is on disk.
        await Eventually.HoldsAsync(
            "the loss told in the stream",
            _ =>
            {
                logs.Say(_app, "more");
                return Task.FromResult(logs.History.ReadLast(_app, 100).Any(static e => Encoding.UTF8.GetString(e.Line).Contains("Error L13", StringComparison.Ordinal)));
            },
            Ct);
        (await tail.ReadUntilAsync("Error L13 (Local delivery error) -> ", Ct)).ShouldContain("heroku[logplex]: ");
    }

    [Fact]
    public async Task Destroy_EndsTailsRemovesFilesAndStaysGone()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        logs.Say(_app, "mine");
        var path = logs.Open(_app);
        using var tail = await logs.GetAsync(logs.Open(_app, tail: true), Ct);
        await tail.ReadUntilAsync("mine", Ct);

        logs.Fabric.Destroy(_app);
        logs.Say(_app, "last words of a dyno");

        (await tail.ReadToEndAsync(Ct)).ShouldNotContain("last words");
        using (var old = await logs.GetAsync(path, Ct))
            old.Status.ShouldBe(404);
        (await logs.TextsAsync(logs.Open(_app), Ct)).ShouldBeEmpty();
        await Eventually.HoldsAsync("no folder of the app", _ => Task.FromResult(!Directory.Exists(logs.History.FolderOf(_app))), Ct);
    }

    [Fact]
    public async Task Destroy_AfterARestart_RemovesTheFilesOfAnAppNotSeenYet()
    {
        await using (var logs = await RunningLogs.StartAsync(_folder, Ct))
            logs.Say(_app, "mine");

        await using var again = await RunningLogs.StartAsync(_folder, Ct);
        Directory.Exists(again.History.FolderOf(_app)).ShouldBeTrue();
        again.Fabric.Destroy(_app);

        await Eventually.HoldsAsync("no folder of the app", _ => Task.FromResult(!Directory.Exists(again.History.FolderOf(_app))), Ct);
    }

    private static LogEntry Entry(long id, string text) =>
        new(id, "app", "web.1", Encoding.UTF8.GetBytes($"2026-01-02T03:04:05.678901+00:00 app[web.1]: {text}"));
}
