namespace Renga.Dynos.OneOff;

/// <summary>A place for one client. It is taken once, or withdrawn.</summary>
internal sealed class RendezvousOffer(string url, Action remove)
{
    private readonly TaskCompletionSource<RendezvousClient?> _client = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Url { get; } = url;

    /// <summary>The client, when it has come; null when the offer was withdrawn.</summary>
    public Task<RendezvousClient?> Client => _client.Task;

    /// <summary>False when it was withdrawn in the meantime.</summary>
    public bool Accept(RendezvousClient client) => _client.TrySetResult(client);

    public void Withdraw()
    {
        remove();
        _client.TrySetResult(null);
    }
}
