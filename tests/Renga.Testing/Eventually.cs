namespace Renga.Testing;

/// <summary>For facts that no event tells (a file, a process, an answer over HTTP): asks again every few milliseconds until it holds.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until the probe returns something; the failure says what was expected and what the probe last said.</summary>
    public static async Task<T> GetAsync<T>(string expected, Func<CancellationToken, Task<T?>> probe, CancellationToken ct, TimeSpan? limit = null)
        where T : class
    {
        var deadline = TimeProvider.System.GetTimestamp();
        string? last = null;
        while (TimeProvider.System.GetElapsedTime(deadline) < (limit ?? TimeSpan.FromSeconds(30)))
        {
            try
            {
                if (await probe(ct) is { } value)
                    return value;
            }
            catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
            {
                last = e.Message;
            }

            await Task.Delay(Pause, TimeProvider.System, ct);
        }

        throw new TimeoutException($"Expected {expected}. {last}");
    }

    public static Task HoldsAsync(string expected, Func<CancellationToken, Task<bool>> probe, CancellationToken ct, TimeSpan? limit = null) =>
        GetAsync(expected, async token => await probe(token) ? "yes" : null, ct, limit);
}
