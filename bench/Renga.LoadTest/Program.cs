using Renga.LoadTest;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

try
{
    return args switch
    {
        ["router", .. var options] => await RouterComparison.RunAsync(LoadOptions.Parse(options), stop.Token),
        ["dyno-start", .. var options] => await DynoStart.RunAsync(LoadOptions.Parse(options), stop.Token),
        ["push", .. var options] => await PushLatency.RunAsync(LoadOptions.Parse(options), stop.Token),
        ["bombs", .. var options] => await BuildBombs.RunAsync(LoadOptions.Parse(options), stop.Token),
        ["slug", .. var options] => await SlugCreation.RunAsync(LoadOptions.Parse(options), stop.Token),
        ["backend", var port] => await Backend.RunAsync(int.Parse(port, null), stop.Token),
        ["serve-router", var port, var backend, var log] => await RouterProcess.RunAsync(int.Parse(port, null), int.Parse(backend, null), log, stop.Token),
        _ => Usage(),
    };
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}

static int Usage()
{
    Console.Error.WriteLine("Usage: Renga.LoadTest router|dyno-start|push|bombs|slug [--rounds N] [--seconds N] [--connections N]");
    return 2;
}
