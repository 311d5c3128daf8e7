using System.Formats.Tar;
using System.Text;
using Renga.Model;

namespace Renga.Builds.Uploads;

/// <summary>The rules for one entry of an uploaded slug: where it lies, and whether it may be there. Links are never followed here, but they must make sense in a dyno.</summary>
internal static class SlugEntry
{
    /// <summary>What the kernel takes for a whole path, less room for the <c>/app/</c> in front.</summary>
    public const int MaxPathBytes = 4000;

    private const int MaxNameBytes = 255;

    /// <summary>Where a link may lead outside the app: what the stack itself brings.</summary>
    private static readonly string[] StackFolders = ["/app", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/opt", "/dev", "/tmp", "/etc/ssl", "/etc/alternatives"];

    /// <summary>The path below the archive's root without <c>.</c>, in parts; empty for the root itself.</summary>
    public static Result<string[]> Parts(string name)
    {
        if (name.Contains('\uFFFD', StringComparison.Ordinal))
            return Refusal.Invalid($"The name of {Shown(name)} is not UTF-8. Rename it.");
        if (name.Contains('\0', StringComparison.Ordinal) || name.StartsWith('/'))
            return Refusal.Invalid($"{Shown(name)} is an absolute path: names in the archive must begin with ./app/.");
        if (Encoding.UTF8.GetByteCount(name) > MaxPathBytes)
            return Refusal.Invalid($"The path {Shown(name)} is longer than {MaxPathBytes} bytes.");
        var parts = name.Split('/').Where(static part => part is not ("" or ".")).ToArray();
        if (parts.Contains(".."))
            return Refusal.Invalid($"{Shown(name)} leads out of the archive with \"..\".");
        return parts.Any(static part => Encoding.UTF8.GetByteCount(part) > MaxNameBytes)
            ? Refusal.Invalid($"{Shown(name)} has a name of more than {MaxNameBytes} bytes in it.")
            : parts;
    }

    /// <summary>Null when it is something that a slug can hold.</summary>
    public static Refusal? CheckKind(TarEntry entry) => entry.EntryType switch
    {
        TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.Directory or TarEntryType.SymbolicLink or TarEntryType.HardLink => null,
        TarEntryType.CharacterDevice or TarEntryType.BlockDevice => Refusal.Invalid($"{Shown(entry.Name)} is a device: a slug holds files, folders and links only."),
        TarEntryType.Fifo => Refusal.Invalid($"{Shown(entry.Name)} is a named pipe: a slug holds files, folders and links only."),
        _ => Refusal.Invalid($"{Shown(entry.Name)} is an entry of type \"{(char)entry.EntryType}\", which is not supported: a slug holds files, folders and links only. Make the archive with \"tar --format=pax\"."),
    };

    /// <summary>Null when a symbolic link stays inside the app, or names what the stack brings.</summary>
    /// <param name="depth">Of the link's folder below the app.</param>
    public static Refusal? CheckLink(string name, int depth, string target)
    {
        if (target.Length == 0 || target.Contains('\uFFFD', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(target) > MaxPathBytes)
            return Refusal.Invalid($"The link {Shown(name)} has no sound target.");
        if (target.StartsWith('/'))
        {
            var steps = target.Split('/');
            return !steps.Contains("..") && StackFolders.Any(f => target == f || target.StartsWith(f + "/", StringComparison.Ordinal)) ? null : Escapes(name, target);
        }

        foreach (var step in target.Split('/'))
        {
            depth += step switch { "" or "." => 0, ".." => -1, _ => 1 };
            if (depth < 0)
                return Escapes(name, target);
        }

        return null;
    }

    /// <summary>A name for a message: short, and with nothing in it that would move a terminal.</summary>
    public static string Shown(string name)
    {
        var plain = new string([.. name.Take(100).Select(static c => char.IsControl(c) ? '?' : c)]);
        return name.Length > 100 ? plain + "..." : plain;
    }

    private static Refusal Escapes(string name, string target) => Refusal.Invalid($"The link {Shown(name)} leads out of the app, to {Shown(target)}.");
}
