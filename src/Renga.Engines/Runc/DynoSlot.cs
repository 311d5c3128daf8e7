using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Renga.Engines.Runc;

/// <summary>A number that one dyno of the machine has at a time, and what follows from it: a range of user ids and a network of its own.</summary>
internal sealed record DynoSlot(int Number, string PlatformId, IPNetwork Network)
{
    /// <summary>Ranges end where user ids end.</summary>
    private const int MostRanges = (int)((uint.MaxValue - CanonicalOwner.RangeStart) / CanonicalOwner.RangeSize) - 1;

    /// <summary>Slots that a network has room for. Number 0 is the canonical range's and never a dyno's.</summary>
    public static int Count(IPNetwork network) => (int)Math.Min(MostRanges, (1L << (32 - network.PrefixLength)) / 4);

    public uint FirstUser => CanonicalOwner.RangeStart + ((uint)Number * CanonicalOwner.RangeSize);

    /// <summary>This machine's end.</summary>
    public IPAddress Gateway => Address(1);

    /// <summary>The dyno's end.</summary>
    public IPAddress Dyno => Address(2);

    /// <summary>At most 15 characters, so the platform and the number in hexadecimal.</summary>
    public string Link => string.Create(CultureInfo.InvariantCulture, $"{LinkPrefix(PlatformId)}{Number:x}");

    public string Namespace => string.Create(CultureInfo.InvariantCulture, $"{NamespacePrefix(PlatformId)}{Number:x}");

    public string NamespacePath => "/run/netns/" + Namespace;

    public static string LinkPrefix(string platformId) => "rg" + platformId + "-";

    public static string NamespacePrefix(string platformId) => "renga-" + platformId + "-";

    private IPAddress Address(uint offset)
    {
        Span<byte> bytes = stackalloc byte[4];
        Network.BaseAddress.TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) + ((uint)Number * 4) + offset);
        return new IPAddress(bytes);
    }
}
