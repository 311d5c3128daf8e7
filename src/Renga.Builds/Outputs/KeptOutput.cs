using Renga.Model.Builds;

namespace Renga.Builds.Outputs;

/// <summary>The output of one running build: to its file, and to whoever else listens. One writer at a time.</summary>
internal sealed class KeptOutput : IBuildOutput, IAsyncDisposable
{
    /// <summary>What the platform itself says comes on top of what a build may say.</summary>
    private const long OwnWords = 64 * 1024;

    private readonly FileStream? _file;
    private readonly IBuildOutput? _also;
    private readonly Action _over;
    private readonly long _maxBytes;
    private volatile TaskCompletionSource _changed = NewSignal();
    private bool _full;

    /// <param name="file">Null when it cannot be kept.</param>
    public KeptOutput(FileStream? file, long maxBytes, IBuildOutput? also, Action over) => (_file, _also, _over, _maxBytes) = (file, also, over, maxBytes + OwnWords);

    /// <summary>Completes when there is more to read, or when it is over.</summary>
    public Task Changed => _changed.Task;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await KeepAsync(bytes);
        if (_also is not null)
            await _also.WriteAsync(bytes);
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is not null)
            await _file.DisposeAsync();
        _over();
        _changed.TrySetResult();
    }

    // A full disk must not end a build that is otherwise well.
    private async ValueTask KeepAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_file is null || _full || _file.Position + bytes.Length > _maxBytes)
            return;
        try
        {
            await _file.WriteAsync(bytes);
        }
        catch (IOException)
        {
            _full = true;
        }

        Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
