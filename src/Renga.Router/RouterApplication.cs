using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Renga.Router.Failures;
using Renga.Router.Pipeline;

namespace Renga.Router;

/// <summary>
/// What Kestrel calls for each request. It takes Kestrel's features as they are: no HttpContext, no middleware, no services per request; the exchange
/// is kept with the client's connection and used again.
/// </summary>
internal sealed class RouterApplication(RequestPipeline pipeline, Deadlines deadlines, TimeProvider time, ILogger logger) : IHttpApplication<Exchange>
{
    public Exchange CreateContext(IFeatureCollection contextFeatures)
    {
        var container = contextFeatures as IHostContextContainer<Exchange>;
        var exchange = container?.HostContext ?? new Exchange();
        if (container is not null)
            container.HostContext = exchange;
        exchange.Begin(contextFeatures, time.GetTimestamp());
        deadlines.Add(exchange);
        return exchange;
    }

    public async Task ProcessRequestAsync(Exchange context)
    {
        try
        {
            await pipeline.RunAsync(context);
        }
        catch (Exception e)
        {
            RouterLog.Bug(logger, context.Host, e);
            if (context.App is not null)
                await pipeline.FailAsync(context, RouterErrors.PlatformError);
        }
    }

    public void DisposeContext(Exchange context, Exception? exception)
    {
        deadlines.Remove(context);
        context.End();
    }
}
