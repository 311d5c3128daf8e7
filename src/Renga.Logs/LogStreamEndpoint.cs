using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Hosting;
using Renga.Model.Logs;
using Renga.Protocol.Logs;

namespace Renga.Logs;

/// <summary>
/// Serves a log session:
/// 1. the secret is the whole authorization; 2. the reader's format; 3. history and subscription in one step;
/// 4. history; 5. live lines, until either side goes or the app is destroyed.
/// </summary>
internal sealed class LogStreamEndpoint(LogFabric fabric, LogSessionTable sessions, LogsOptions options, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private const int FlushBytes = 32 * 1024;

    private int _tails;

    public async Task Handle(HttpContext http, string secret)
    {
        // 1.
        if (sessions.Enter(secret) is not { } session)
        {
            await RefuseAsync(http, StatusCodes.Status404NotFound, """{"id":"not_found","message":"This log session is unknown or has expired. Open a new one."}""");
            return;
        }

        try
        {
            await ServeAsync(http, session.Query);
        }
        finally
        {
            sessions.Leave(session);
        }
    }

    private async Task ServeAsync(HttpContext http, LogQuery query)
    {
        if (query.Tail && Interlocked.Increment(ref _tails) > options.MaxTails)
        {
            Interlocked.Decrement(ref _tails);
            await RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, """{"id":"service_unavailable","message":"Too many tail sessions are open. Close some, or try again later."}""");
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            // 2.
            var format = WantsEvents(http.Request) ? LogStreamFormat.Events : LogStreamFormat.Lines;
            var response = http.Response;
            response.ContentType = format.ContentType;
            response.Headers.CacheControl = "no-cache";
            response.Headers["X-Accel-Buffering"] = "no";
            http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

            // A slow reader loses lines, and is told how many; it is not cut off for being slow.
            if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
                rate.MinDataRate = null;

            // 3.
            using var reading = fabric.Read(query, LastEventId(http.Request));
            format.WriteStart(response.BodyWriter, ends: !query.Tail);
            await response.BodyWriter.FlushAsync(stop.Token);

            // 4.
            if (reading is null)
                return;
            await WriteAsync(response.BodyWriter, format, reading.History, stop.Token);

            // 5.
            if (reading.Tail is { } tail)
                await FollowAsync(response.BodyWriter, format, tail, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The reader went, or the platform is going; the reader comes back with its Last-Event-ID.
        }
        finally
        {
            if (query.Tail)
                Interlocked.Decrement(ref _tails);
        }
    }

    private async Task FollowAsync(PipeWriter output, LogStreamFormat format, LogTail tail, CancellationToken ct)
    {
        using var keepAlive = new PeriodicTimer(options.KeepAlive, time);
        var tick = keepAlive.WaitForNextTickAsync(ct).AsTask();
        var more = tail.Lines.WaitToReadAsync(ct).AsTask();
        while (true)
        {
            await Task.WhenAny(more, tick);
            if (more.IsCompleted)
            {
                if (!await more)
                    return;
                await WriteWaitingAsync(output, format, tail, ct);
                more = tail.Lines.WaitToReadAsync(ct).AsTask();
            }

            if (tick.IsCompleted)
            {
                await tick;
                if (format.WriteKeepAlive(output))
                    await output.FlushAsync(ct);
                tick = keepAlive.WaitForNextTickAsync(ct).AsTask();
            }
        }
    }

    private async Task WriteWaitingAsync(PipeWriter output, LogStreamFormat format, LogTail tail, CancellationToken ct)
    {
        while (tail.Lines.TryRead(out var entry))
        {
            // What was dropped was older than what waits, so it is told first.
            if (tail.TakeLoss() is { } loss)
                format.WriteLine(output, null, Overflow(loss.Count, loss.Since));
            format.WriteLine(output, entry.Id, entry.Line);
            if (output.UnflushedBytes >= FlushBytes)
                await output.FlushAsync(ct);
        }

        await output.FlushAsync(ct);
    }

    private static async Task WriteAsync(PipeWriter output, LogStreamFormat format, IReadOnlyList<LogEntry> entries, CancellationToken ct)
    {
        foreach (var entry in entries)
        {
            format.WriteLine(output, entry.Id, entry.Line);
            if (output.UnflushedBytes >= FlushBytes)
                await output.FlushAsync(ct);
        }

        await output.FlushAsync(ct);
    }

    private byte[] Overflow(long count, DateTimeOffset since) =>
        [.. LogText.Prefix(time.GetUtcNow(), LogSource.Heroku, LogErrors.Process), .. System.Text.Encoding.UTF8.GetBytes(LogErrors.TailOverflow.Text(count, since))];

    private static bool WantsEvents(HttpRequest request) =>
        request.Headers.Accept.Any(static a => a?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true);

    private static long? LastEventId(HttpRequest request) =>
        long.TryParse(request.Headers["Last-Event-ID"].ToString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id) ? id : null;

    private static Task RefuseAsync(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json, http.RequestAborted);
    }
}
