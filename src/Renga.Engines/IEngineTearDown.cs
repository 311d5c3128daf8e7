namespace Renga.Engines;

/// <summary>Takes a platform off the machine. Every engine implements it.</summary>
public interface IEngineTearDown
{
    /// <summary>Removes every trace of this platform: dynos, mounts, networks, rules, limits, folders of dynos. May be called without recovering first; no other verb may be called after it.</summary>
    Task TearDownAsync(CancellationToken ct);
}
