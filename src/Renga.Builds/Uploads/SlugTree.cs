using System.Formats.Tar;
using System.Globalization;
using Renga.Model;

namespace Renga.Builds.Uploads;

/// <summary>
/// What is at which path of an uploaded slug. It is filled by a first reading of the archive, which checks it whole; the second reading then copies what is known to be sound.
/// </summary>
internal sealed class SlugTree(BuildsOptions options)
{
    private readonly Dictionary<string, TarEntryType> _kinds = new(StringComparer.Ordinal);
    private int _entries;

    public bool IsEmpty => _kinds.Count == 0;

    /// <summary>When the last of its entries was changed.</summary>
    public DateTimeOffset Newest { get; private set; } = DateTimeOffset.UnixEpoch;

    /// <summary>The archive has an <c>app</c> folder: what is not in it does not count.</summary>
    public bool HasApp { get; private set; }

    /// <summary>Checks one entry after the other; null when it may be in a slug.</summary>
    public Refusal? Add(TarEntry entry)
    {
        // 1. How many.
        if (++_entries > options.MaxSlugEntries)
            return Refusal.Invalid(string.Create(CultureInfo.InvariantCulture, $"The archive has more than {options.MaxSlugEntries} files."));

        if (entry.ModificationTime > Newest)
            Newest = entry.ModificationTime;

        // 2. Its name and kind.
        if (!SlugEntry.Parts(entry.Name).TryGet(out var parts, out var refusal))
            return refusal;
        if (SlugEntry.CheckKind(entry) is { } kind)
            return kind;
        var path = string.Join('/', parts);
        if (path.Length == 0)
            return entry.EntryType == TarEntryType.Directory ? null : Refusal.Invalid("The archive's root is not a folder.");
        var inApp = parts[0] == SlugArchives.App && parts.Length > 1;
        HasApp |= inApp || (path == SlugArchives.App && entry.EntryType == TarEntryType.Directory);

        // 3. Every step above it is a folder: below a link or a file there is nothing.
        for (var i = 1; i < parts.Length; i++)
        {
            var above = string.Join('/', parts.AsSpan(0, i)!);
            if (!_kinds.TryAdd(above, TarEntryType.Directory) && _kinds[above] != TarEntryType.Directory)
                return Refusal.Invalid($"{SlugEntry.Shown(entry.Name)} is below {SlugEntry.Shown(above)}, which is not a folder.");
        }

        // 4. Its own place, once.
        if (!_kinds.TryAdd(path, entry.EntryType) && !(entry.EntryType == TarEntryType.Directory && _kinds[path] == TarEntryType.Directory))
            return Refusal.Invalid($"{SlugEntry.Shown(entry.Name)} occurs twice.");

        // 5. Where links lead. In an archive with an app folder the root is one step further down.
        return entry.EntryType switch
        {
            TarEntryType.SymbolicLink => SlugEntry.CheckLink(entry.Name, inApp ? parts.Length - 2 : parts.Length - 1, entry.LinkName),
            TarEntryType.HardLink => CheckHardLink(entry, parts),
            _ => null,
        };
    }

    /// <summary>The path in the slug; null for what does not belong to it.</summary>
    public string? PathOf(string name)
    {
        var parts = SlugEntry.Parts(name).Value;
        if (HasApp)
            return parts.Length > 0 && parts[0] == SlugArchives.App ? string.Join('/', parts[1..]) : null;
        return string.Join('/', parts);
    }

    private Refusal? CheckHardLink(TarEntry entry, string[] parts)
    {
        if (!SlugEntry.Parts(entry.LinkName).TryGet(out var target, out var refusal))
            return refusal;
        var known = _kinds.TryGetValue(string.Join('/', target), out var kind) && kind is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.HardLink;
        return known && (target[0] == SlugArchives.App) == (parts[0] == SlugArchives.App)
            ? null
            : Refusal.Invalid($"The hard link {SlugEntry.Shown(entry.Name)} names {SlugEntry.Shown(entry.LinkName)}, which is no file before it in the archive.");
    }
}
