using System.Net;

namespace Renga.Engines;

/// <summary>The engines there are.</summary>
public enum EngineKind
{
    /// <summary>Isolated dynos; needs root.</summary>
    Runc,

    /// <summary>Plain processes, not isolated; needs no rights.</summary>
    Process,
}

/// <summary>What the engines need to know. Every machine-wide name carries <see cref="PlatformId"/>, so several platforms share a machine.</summary>
public sealed class EnginesOptions
{
    /// <summary>Which engine; <see cref="EngineProbe"/> says which can work.</summary>
    public EngineKind Kind { get; set; } = EngineKind.Runc;

    /// <summary>Where dynos keep their state, one folder each; <c>DIR/dynos</c>. Absolute.</summary>
    public required string Folder { get; set; }

    /// <summary>8 hexadecimal digits that tell this platform from others on the machine; see <see cref="Engines.PlatformId.Of"/>.</summary>
    public required string PlatformId { get; set; }

    /// <summary>Dynos get a /30 of it each.</summary>
    public IPNetwork DynoNetwork { get; set; } = IPNetwork.Parse("10.208.0.0/14");

    /// <summary>TCP ports of this machine that dynos may reach: the router's and the API's, so that apps can call each other by their public names.</summary>
    public IReadOnlyList<int> AllowedHostPorts { get; set; } = [];

    /// <summary>Bytes of a dyno's output kept for a reader that lags; past about twice that the oldest are lost.</summary>
    public long OutputBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Files and folders that a dyno may make, per megabyte of its disk limit.</summary>
    public int InodesPerMegabyte { get; set; } = 256;

    /// <summary>Give each dyno its own uid range over shared images. Off, or on a kernel that cannot: all dynos share one range.</summary>
    public bool IdMapping { get; set; } = true;

    /// <summary>Namespaces and networks kept ready for the next dynos.</summary>
    public int WarmSlots { get; set; } = 2;
}
