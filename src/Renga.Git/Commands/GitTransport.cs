namespace Renga.Git.Commands;

/// <summary>How client and server of git talk.</summary>
internal enum GitTransport
{
    /// <summary>HTTP: each request stands alone.</summary>
    Requests,

    /// <summary>SSH: one conversation, begun by the server with its refs.</summary>
    Connection,
}
