using System.Text;
using Renga.Model.Builds;

namespace Renga.Builds.Tests;

/// <summary>The pusher's terminal.</summary>
internal sealed class RecordingOutput : IBuildOutput
{
    private readonly Lock _gate = new();
    private readonly List<byte> _bytes = [];

    public string Text
    {
        get
        {
            lock (_gate)
                return Encoding.UTF8.GetString(_bytes.ToArray());
        }
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
            _bytes.AddRange(bytes.Span);
        return ValueTask.CompletedTask;
    }
}
