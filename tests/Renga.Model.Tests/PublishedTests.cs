namespace Renga.Model.Tests;

public sealed class PublishedTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Publish_ReplacesCurrentAndCompletesTheSignalOfBefore()
    {
        var published = new Published<string>("one");
        var changed = published.Changed;
        changed.IsCompleted.ShouldBeFalse();

        published.Publish("two");

        published.Current.ShouldBe("two");
        changed.IsCompletedSuccessfully.ShouldBeTrue();
        published.Changed.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Watcher_ThatTakesTheSignalFirst_SeesTheLastSnapshot()
    {
        const int Last = 10_000;
        var published = new Published<object>(0);
        var watcher = Task.Run(
            async () =>
            {
                var seen = -1;
                while (seen < Last)
                {
                    var changed = published.Changed;
                    var current = (int)published.Current;
                    current.ShouldBeGreaterThanOrEqualTo(seen);
                    seen = current;
                    if (seen < Last)
                        await changed.WaitAsync(TimeSpan.FromSeconds(30), Ct);
                }

                return seen;
            },
            Ct);

        for (var i = 1; i <= Last; i++)
            published.Publish(i);

        (await watcher).ShouldBe(Last);
    }

    [Fact]
    public async Task Watchers_DoNotRunOnThePublishersThread()
    {
        var published = new Published<string>("one");
        var publisher = 0;
        var continued = published.Changed.ContinueWith(_ => Environment.CurrentManagedThreadId != publisher, Ct, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var thread = new Thread(() =>
        {
            publisher = Environment.CurrentManagedThreadId;
            published.Publish("two");
        });
        thread.Start();
        thread.Join();

        (await continued).ShouldBeTrue();
    }
}
