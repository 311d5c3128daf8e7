using Renga.Router.Failures;
using Renga.Router.Routes;

namespace Renga.Router.Pipeline;

/// <summary>
/// Where requests wait: for an app to come up, for a dyno to leave quarantine, for a place at a busy dyno. Bounded in number, and in time over all
/// tries of a request. Callers take the change signal before they look at the routes, so that no change is missed.
/// </summary>
internal sealed class HoldingArea(RouterOptions options, TimeProvider time)
{
    /// <summary>Holds the request until the routes change, or at most for the given time. Null: look again.</summary>
    public async Task<RouterError?> WaitForChangeAsync(Exchange exchange, AppState app, Task changed, TimeSpan? atMost, RouterError tooLong)
    {
        if (exchange.HoldUntil == 0)
            exchange.HoldUntil = Later(options.HoldTimeout);
        var left = Left(exchange.HoldUntil);
        if (left <= TimeSpan.Zero)
            return tooLong;
        if (!app.TryHold(options.HoldLimit))
            return RouterErrors.BacklogTooDeep;
        try
        {
            return await WaitAsync(exchange, changed, atMost < left ? atMost.Value : left) == Waited.Gone ? RouterErrors.ClientInterrupted : null;
        }
        finally
        {
            app.EndHold();
        }
    }

    /// <summary>After every dyno refused: a dyno dies a moment before the dyno manager says so. Null: the routes did change, look again.</summary>
    public async Task<RouterError?> WaitForNewsAsync(Exchange exchange, Task changed, RouterError refusal)
    {
        if (exchange.NewsUntil == 0)
            exchange.NewsUntil = Later(options.RefusalGrace);
        return await WaitAsync(exchange, changed, Left(exchange.NewsUntil)) switch
        {
            Waited.Changed => null,
            Waited.Gone => RouterErrors.ClientInterrupted,
            Waited.TooLong => refusal,
            var other => throw new InvalidOperationException($"No such end as {other}."),
        };
    }

    /// <summary>Queues for a place at one of the app's dynos. Null: try again.</summary>
    public async Task<RouterError?> WaitForRoomAsync(Exchange exchange, AppModel app, Task changed)
    {
        if (exchange.QueueUntil == 0)
            exchange.QueueUntil = Later(options.QueueTimeout);
        if (app.State.TryQueue(options.QueuePerDyno * app.Dynos.Length) is not { } place)
            return RouterErrors.BacklogTooDeep;
        var end = Waited.TooLong;
        try
        {
            // A place may have become free between the failed pick and the queue.
            if (app.Dynos.Any(static d => d.HasRoom))
                app.State.OnRoom();
            end = await WaitAsync(exchange, Task.WhenAny(place.Value.Task, changed), Left(exchange.QueueUntil));
            return end switch
            {
                Waited.Changed => null,
                Waited.Gone => RouterErrors.ClientInterrupted,
                Waited.TooLong => RouterErrors.BacklogTooDeep,
                var other => throw new InvalidOperationException($"No such end as {other}."),
            };
        }
        finally
        {
            app.State.LeaveQueue(place, takesTurn: end == Waited.Changed);
        }
    }

    private async Task<Waited> WaitAsync(Exchange exchange, Task signal, TimeSpan limit)
    {
        try
        {
            // Rounded up: a wait that ends a fraction of a millisecond early would be repeated until the time has really passed.
            await signal.WaitAsync(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(limit.TotalMilliseconds))), time, exchange.ClientGone);
            return Waited.Changed;
        }
        catch (TimeoutException)
        {
            return Waited.TooLong;
        }
        catch (OperationCanceledException)
        {
            return Waited.Gone;
        }
    }

    private long Later(TimeSpan span) => time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency);

    private TimeSpan Left(long until) => time.GetElapsedTime(time.GetTimestamp(), until);

    private enum Waited
    {
        Changed,
        TooLong,
        Gone,
    }
}
