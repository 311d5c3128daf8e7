using System.Text;

namespace Renga.Router.Forwarding;

/// <summary>What a header means to the router.</summary>
internal enum HeaderKind : byte
{
    /// <summary>Nothing: it is passed on.</summary>
    Ordinary,

    /// <summary>It is about one connection only and stays there.</summary>
    HopByHop,
    Connection,
    ContentLength,
    TransferEncoding,
    ContentType,
    SetCookie,
    Server,
    Via,
    Upgrade,
    Host,
    Expect,

    /// <summary>The router says this itself, whatever the client said.</summary>
    Ours,
    ForwardedFor,
    RequestId,
}

/// <summary>Header names to kinds. By length first, since almost every header is ordinary.</summary>
internal static class HeaderKinds
{
    public static HeaderKind Of(ReadOnlySpan<char> name) => name.Length switch
    {
        2 when Is(name, "TE") => HeaderKind.HopByHop,
        3 when Is(name, "Via") => HeaderKind.Via,
        4 when Is(name, "Host") => HeaderKind.Host,
        6 when Is(name, "Server") => HeaderKind.Server,
        6 when Is(name, "Expect") => HeaderKind.Expect,
        7 when Is(name, "Upgrade") => HeaderKind.Upgrade,
        7 when Is(name, "Trailer") => HeaderKind.HopByHop,
        10 when Is(name, "Connection") => HeaderKind.Connection,
        10 when Is(name, "Keep-Alive") => HeaderKind.HopByHop,
        10 when Is(name, "Set-Cookie") => HeaderKind.SetCookie,
        12 when Is(name, "Content-Type") => HeaderKind.ContentType,
        12 when Is(name, "Connect-Time") => HeaderKind.Ours,
        12 when Is(name, "X-Request-Id") => HeaderKind.RequestId,
        14 when Is(name, "HTTP2-Settings") => HeaderKind.HopByHop,
        14 when Is(name, "Content-Length") => HeaderKind.ContentLength,
        15 when Is(name, "X-Forwarded-For") => HeaderKind.ForwardedFor,
        15 when Is(name, "X-Request-Start") => HeaderKind.Ours,
        16 when Is(name, "X-Forwarded-Port") => HeaderKind.Ours,
        16 when Is(name, "Total-Route-Time") => HeaderKind.Ours,
        16 when Is(name, "Proxy-Connection") => HeaderKind.HopByHop,
        17 when Is(name, "X-Forwarded-Proto") => HeaderKind.Ours,
        17 when Is(name, "Transfer-Encoding") => HeaderKind.TransferEncoding,
        _ => HeaderKind.Ordinary,
    };

    private static bool Is(ReadOnlySpan<char> name, string other) => Ascii.EqualsIgnoreCase(name, other);
}
