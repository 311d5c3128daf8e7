namespace Renga.Router.Pipeline;

/// <summary>Why someone other than the request itself ended its exchange with the dyno.</summary>
internal enum StopReason
{
    None,

    /// <summary>The client closed its connection.</summary>
    ClientGone,

    /// <summary>The client sent a body that is no HTTP.</summary>
    BadBody,

    /// <summary>Nothing came from the dyno within the first-byte timeout.</summary>
    FirstByte,

    /// <summary>Nothing moved for the idle timeout, and it was the dyno's turn.</summary>
    DynoIdle,

    /// <summary>Nothing moved for the idle timeout, and it was the client's turn.</summary>
    ClientIdle,
}
