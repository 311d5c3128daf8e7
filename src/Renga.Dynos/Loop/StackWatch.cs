using Microsoft.Extensions.Hosting;
using Renga.Model.Stacks;

namespace Renga.Dynos.Loop;

/// <summary>Wakes the loop when a stack has a new version.</summary>
internal sealed class StackWatch(IStacks stacks, LoopInbox inbox) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var changed = stacks.Available.Changed;
            inbox.Turn();
            await changed.WaitAsync(stoppingToken);
        }
    }
}
