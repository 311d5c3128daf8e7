using Renga.Model.Logs;

namespace Renga.Logs;

/// <summary>Leave to read one app's stream in one way. Guarded by <see cref="LogSessionTable"/>.</summary>
internal sealed class LogSession
{
    public required LogQuery Query { get; init; }

    /// <summary>Requests that read it now.</summary>
    public int Readers { get; set; }

    /// <summary>When it was opened, or its last reader left.</summary>
    public required long LastUse { get; set; }
}
