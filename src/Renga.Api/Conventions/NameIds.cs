using System.Security.Cryptography;
using System.Text;

namespace Renga.Api.Conventions;

/// <summary>Ids of things that have only a name here (stacks, sizes, the region): the same on every platform and after every restart.</summary>
internal static class NameIds
{
    public static Guid Of(string kind, string name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}/{name}")).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80); // version 8: made by a rule of our own
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash, bigEndian: true);
    }

    /// <summary>Whether an id or a name means this thing.</summary>
    public static bool Matches(string kind, string name, string idOrName) =>
        string.Equals(name, idOrName, StringComparison.OrdinalIgnoreCase) || (Guid.TryParse(idOrName, out var id) && id == Of(kind, name));
}
