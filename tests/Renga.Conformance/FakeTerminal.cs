using System.Threading.Channels;
using Renga.Engines;

namespace Renga.Conformance;

/// <summary>Both ends of an attached dyno's terminal: the dyno manager sees <see cref="IDynoTerminal"/>, the test plays the dyno.</summary>
public sealed class FakeTerminal : IDynoTerminal
{
    private readonly Channel<byte[]> _output = Channel.CreateBounded<byte[]>(1024);
    private readonly Channel<byte[]> _input = Channel.CreateBounded<byte[]>(1024);
    private ReadOnlyMemory<byte> _rest;

    /// <summary>The dyno manager closed the dyno's stdin.</summary>
    public bool IsInputClosed { get; private set; }

    /// <summary>The dyno prints.</summary>
    public void Print(ReadOnlySpan<byte> bytes) => _output.Writer.TryWrite(bytes.ToArray());

    /// <summary>The dyno ends.</summary>
    public void End() => _output.Writer.TryComplete();

    /// <summary>What the dyno gets, as much as asked for; less when its stdin was closed before.</summary>
    public async Task<byte[]> ReadInputAsync(int count, CancellationToken ct)
    {
        var all = new List<byte>();
        while (all.Count < count && await _input.Reader.WaitToReadAsync(ct))
        {
            while (_input.Reader.TryRead(out var piece))
                all.AddRange(piece);
        }

        return [.. all];
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        while (_rest.IsEmpty)
        {
            if (!await _output.Reader.WaitToReadAsync(ct))
                return 0;
            if (_output.Reader.TryRead(out var piece))
                _rest = piece;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        if (!bytes.IsEmpty)
            await _input.Writer.WriteAsync(bytes.ToArray(), ct);
    }

    public ValueTask CloseInputAsync(CancellationToken ct)
    {
        IsInputClosed = true;
        _input.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
