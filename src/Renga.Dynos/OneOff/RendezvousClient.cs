namespace Renga.Dynos.OneOff;

/// <summary>A client that named its session.</summary>
/// <param name="Stream">Both directions; disposing it closes the connection.</param>
/// <param name="GreetedAt">When the greeting went out.</param>
internal sealed record RendezvousClient(Stream Stream, DateTimeOffset GreetedAt);
