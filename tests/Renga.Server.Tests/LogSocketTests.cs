using Microsoft.Extensions.Hosting;
using Renga.Model.Logs;
using Renga.Server.Sockets;
using Renga.Testing;

namespace Renga.Server.Tests;

public sealed class LogSocketTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Datagram_AnyLine_ComesBackWhole()
    {
        var app = Guid.CreateVersion7();
        var line = new LogLine(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(7), "heroku", "router", "at=info path=\"/é🐸\"");
        var buffer = new byte[LogSocket.MaxDatagram];
        LogSocket.Read(buffer.AsSpan(0, LogSocket.Write(buffer, app, line))).ShouldBe((app, line));
    }

    [Fact]
    public void Datagram_ALineThatIsTooLong_IsCutNotRefused()
    {
        var buffer = new byte[LogSocket.MaxDatagram];
        var length = LogSocket.Write(buffer, Guid.CreateVersion7(), new LogLine(default, "app", "web.1", new string('x', 100_000)));
        length.ShouldBeLessThanOrEqualTo(buffer.Length);
        LogSocket.Read(buffer.AsSpan(0, length))!.Value.Line.Text.Length.ShouldBeGreaterThan(10_000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(23)]
    [InlineData(30)]
    public void Datagram_Garbage_IsNoLine(int length) => LogSocket.Read(Enumerable.Repeat((byte)1, length).ToArray()).ShouldBeNull();

    [Fact]
    public async Task Writer_OtherSideAway_CountsAndTellsWhenItIsBack()
    {
        var ct = TestContext.Current.CancellationToken;
        var app = Guid.CreateVersion7();
        var path = _folder["logs.sock"];
        using var writer = new LogSocketWriter(path, new ManualTimeProvider());
        writer.Write(app, Line("one"));
        writer.Write(app, Line("two"));

        var logs = new RecordingLogWriter();
        using var reader = new LogSocketReader(path, logs);
        await ((IHostedService)reader).StartAsync(ct);
        await Eventually.HoldsAsync("the reader listens", _ => Task.FromResult(File.Exists(path)), ct);
        writer.Write(app, Line("three"));
        await logs.WaitForAsync("three", ct);
        logs.Lines[0].ShouldBe("heroku[router]: Error L13 (Local delivery error) -> 2 messages lost since 2026-01-02T03:04:05.000000+00:00.");
        await ((IHostedService)reader).StopAsync(ct);
    }

    private static LogLine Line(string text) => new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), LogSource.Heroku, LogSource.Router, text);
}
