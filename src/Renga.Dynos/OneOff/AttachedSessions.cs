using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Renga.Dynos.Formation;
using Renga.Dynos.Loop;
using Renga.Engines;

namespace Renga.Dynos.OneOff;

/// <summary>The attached one-off dynos of this life of the process: offer, then client and terminal, then the session.</summary>
internal sealed class AttachedSessions(RendezvousServer server, LoopInbox inbox, BackgroundWork work, RendezvousOptions options, TimeProvider time, ILogger<AttachedSessions> logger)
{
    private readonly ConcurrentDictionary<Guid, Entry> _entries = new();

    /// <summary>Makes room for a client of the dyno; the loop hears when it comes.</summary>
    /// <returns>The attach URL.</returns>
    public string Open(Guid appId, Guid dynoId, bool isTerminal)
    {
        var offer = server.Offer();
        _entries[dynoId] = new Entry(offer, isTerminal);
        work.Start(async ct =>
        {
            if (await offer.Client.WaitAsync(ct) is not null)
                await inbox.PostAsync(appId, new DynoFact.ClientAttached(dynoId), ct);
        });
        return offer.Url;
    }

    /// <summary>The dyno's side is ready.</summary>
    public void Connect(Guid dynoId, IDynoTerminal terminal)
    {
        if (_entries.TryGetValue(dynoId, out var entry))
            entry.Terminal = terminal;
    }

    /// <summary>Carries bytes until the dyno has ended. Says when the client has gone. Without a session it returns at once.</summary>
    public async Task RunAsync(Guid appId, Guid dynoId, CancellationToken ct)
    {
        if (!_entries.TryRemove(dynoId, out var entry) || entry.Terminal is not { } terminal)
            return;
        await using (terminal)
        {
            var client = await entry.Offer.Client.WaitAsync(ct);
            if (client is null)
                return;
            await using var stream = client.Stream;
            try
            {
                using var session = new AttachedSession(terminal, client, entry.IsTerminal, options, time);
                await session.RunAsync(() => inbox.PostAsync(appId, new DynoFact.ClientGone(dynoId), ct), ct);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                DynosLog.SessionBroke(logger, e, dynoId);
                await inbox.PostAsync(appId, new DynoFact.ClientGone(dynoId), ct);
            }
        }
    }

    /// <summary>The dyno could not be launched: tells the client why and closes.</summary>
    public async Task FailAsync(Guid dynoId, string reason)
    {
        if (!_entries.TryRemove(dynoId, out var entry))
            return;
        if (entry.Terminal is { } terminal)
            await terminal.DisposeAsync();
        if (entry.Offer.Client is not { IsCompletedSuccessfully: true, Result: { } client })
            return;
        try
        {
            await AttachedSession.WaitForGapAsync(client, options, time, CancellationToken.None);
            await client.Stream.WriteAsync(Encoding.UTF8.GetBytes($" !    {reason}\r\n"));
            await client.Stream.FlushAsync();
        }
        catch (IOException)
        {
            // It has gone already.
        }

        await client.Stream.DisposeAsync();
    }

    /// <summary>No client may come any more.</summary>
    public void Withdraw(Guid dynoId)
    {
        if (_entries.TryRemove(dynoId, out var entry))
            entry.Offer.Withdraw();
    }

    private sealed class Entry(RendezvousOffer offer, bool isTerminal)
    {
        public RendezvousOffer Offer { get; } = offer;

        public bool IsTerminal { get; } = isTerminal;

        public IDynoTerminal? Terminal { get; set; }
    }
}
