using Renga.Model.Routing;
using Renga.Router.Dynos;
using Renga.Router.Failures;
using Renga.Router.Forwarding;
using Renga.Router.Routes;

namespace Renga.Router.Pipeline;

/// <summary>The order in which a request is handled: the one list. Each step is a class of its own.</summary>
internal sealed class RequestPipeline(
    LiveRoutes routes,
    RequestRules rules,
    RequestIds requestIds,
    HoldingArea holding,
    DynoPicker picker,
    DynoConnector connector,
    Forwarder forwarder,
    RouterRecord record)
{
    public async Task RunAsync(Exchange exchange)
    {
        // 1. Host to app. What no app owns gets a page and no line: there is no log channel for it.
        var app = routes.Latest().Find(exchange.Host);
        if (app is null)
        {
            await FailureResponse.WriteNoSuchAppAsync(exchange);
            record.UnknownHost(exchange);
            return;
        }

        exchange.App = app;
        Identify(exchange);

        // 2. Rules that hold for every app, 3. the app's own state, 4. a dyno
        var error = rules.Check(exchange) ?? await ServeAsync(exchange);

        // 5. What went wrong, said to the client; 6. one router line, and the metrics
        if (error is null)
            record.Finished(exchange, null);
        else
            await FailAsync(exchange, error);
    }

    /// <summary>Steps 5 and 6 for a request that failed.</summary>
    public async Task FailAsync(Exchange exchange, RouterError error)
    {
        await FailureResponse.WriteAsync(exchange, error);
        record.Finished(exchange, error);
    }

    /// <summary>The request no longer counts against its dyno's limit.</summary>
    public static void EndWork(Exchange exchange)
    {
        if (!exchange.IsWork)
            return;
        exchange.IsWork = false;
        exchange.Dyno!.EndWork();
    }

    private void Identify(Exchange exchange)
    {
        var headers = exchange.Request.Headers;
        exchange.Target = RequestRules.OriginForm(exchange.Request.RawTarget);
        exchange.RequestId = requestIds.Choose(headers["X-Request-Id"] is [{ } id] ? id : null);
        var forwarded = headers["X-Forwarded-For"];
        exchange.ForwardedFor = forwarded.Count == 0 ? exchange.ClientAddress : $"{forwarded}, {exchange.ClientAddress}";
    }

    /// <summary>Finds a dyno and forwards, again and again while that is safe and there is hope. Null when the response was passed on.</summary>
    private async Task<RouterError?> ServeAsync(Exchange exchange)
    {
        var refusal = RouterErrors.ConnectRefused;
        for (var isFirst = true; ; isFirst = false)
        {
            // 3. The app's state decides first. A later round looks at the routes of that moment.
            var changed = routes.Changed;
            if (!isFirst && Relocate(exchange) is { } destroyed)
                return destroyed;
            var app = exchange.App!;
            if (Gate(app.Route) is { } closed)
                return closed;
            if (app.Dynos.Length == 0)
            {
                exchange.Forget();
                if (await holding.WaitForChangeAsync(exchange, app.State, changed, null, RouterErrors.BootTimeout) is { } tooLong)
                    return tooLong;
                continue;
            }

            // 4a. A dyno
            if (picker.Pick(app, exchange.Refused, out var reason) is not { } dyno)
            {
                var wait = reason switch
                {
                    NoDyno.Full => await holding.WaitForRoomAsync(exchange, app, changed),
                    NoDyno.Quarantined => await holding.WaitForChangeAsync(exchange, app.State, changed, app.Dynos.Min(static d => d.QuarantineLeft), RouterErrors.PlatformError),
                    NoDyno.Refused => await holding.WaitForNewsAsync(exchange, changed, refusal),
                    _ => throw new InvalidOperationException($"No such reason as {reason}."),
                };
                if (wait is not null)
                    return wait;
                continue;
            }

            exchange.Dyno = dyno;
            exchange.IsWork = true;
            Outcome outcome;
            try
            {
                // 4b. A connection to it
                record.Connecting(exchange);
                var connection = DynoConnector.TakeIdle(exchange, dyno);
                if (connection is null)
                {
                    (connection, var error) = await connector.ConnectAsync(exchange, dyno);
                    if (connection is null)
                    {
                        record.Connected(exchange, isConnected: false);
                        if (error == RouterErrors.ClientInterrupted)
                            return error;
                        refusal = error!;
                        dyno.Quarantine();
                        (exchange.Refused ??= []).Add(dyno);
                        if (exchange.Refused.Count >= connector.Tries)
                            return refusal;
                        continue;
                    }
                }

                // 4c. Through it
                record.Connected(exchange, isConnected: true);
                outcome = await forwarder.ForwardAsync(exchange, connection);
            }
            finally
            {
                EndWork(exchange);
                dyno.Exit();
            }

            // A connection that had gone stale says nothing about the dyno; a dyno that has left the routes is being stopped, and another takes over.
            if (!outcome.MayRetry || !(outcome.WasStale || HasLeft(dyno)))
                return outcome.Error;
            exchange.NeedsNewConnection = outcome.WasStale;
        }
    }

    private RouterError? Relocate(Exchange exchange)
    {
        var app = routes.Latest().Find(exchange.Host);
        exchange.App = app ?? exchange.App;
        return app is null ? RouterErrors.NoWebDynos : null;
    }

    private bool HasLeft(DynoState dyno)
    {
        routes.Latest();
        return dyno.Gone;
    }

    private static RouterError? Gate(AppRoute route) => route switch
    {
        { Maintenance: true } => RouterErrors.Maintenance,
        { State: WebState.Blank } => RouterErrors.BlankApp,
        { State: WebState.NoWebDynos } => RouterErrors.NoWebDynos,
        { State: WebState.Crashed } => RouterErrors.AppCrashed,
        _ => null,
    };
}
