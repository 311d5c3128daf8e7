using Renga.EndToEnd.Tests.Harness;

[assembly: AssemblyFixture(typeof(SharedPlatform))]

namespace Renga.EndToEnd.Tests.Harness;

/// <summary>The one platform that serves every test that does not hurt it. Each test has apps of its own.</summary>
public sealed class SharedPlatform : IAsyncLifetime
{
    private readonly SemaphoreSlim _first = new(1);
    private Platform? _platform;
    private Exception? _failure;

    public async ValueTask DisposeAsync()
    {
        _first.Dispose();
        if (_platform is not null)
            await _platform.DisposeAsync();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Started by the first test that asks.</summary>
    internal async Task<Platform> GetAsync(CancellationToken ct)
    {
        await _first.WaitAsync(ct);
        try
        {
            if (_failure is not null)
                throw new InvalidOperationException("The shared platform did not start for an earlier test.", _failure);
            return _platform ??= await Platform.StartAsync(ct);
        }
        catch (Exception e) when (_failure is null && !ct.IsCancellationRequested)
        {
            _failure = e;
            throw;
        }
        finally
        {
            _first.Release();
        }
    }
}
