using System.Globalization;
using Renga.Engines.Native;

namespace Renga.Engines.Runc;

/// <summary>
/// Which slots of this machine are taken, over all platforms: a file each. A file appears whole or not at all, since it is made elsewhere and linked.
/// It says whose it is: platform, boot, and the folder of the platform's dynos.
/// </summary>
internal sealed class SlotLocks(string folder, EnginesOptions options)
{
    private static readonly string Boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
    private readonly Lock _gate = new();
    private int _last = Random.Shared.Next(DynoSlot.Count(options.DynoNetwork));

    /// <summary>Takes a free slot. Numbers go round, so that an address is used again as late as can be.</summary>
    public DynoSlot Take()
    {
        lock (_gate)
        {
            Directory.CreateDirectory(folder);
            var mine = Path.Combine(folder, "new-" + options.PlatformId);
            File.WriteAllText(mine, $"{options.PlatformId}\n{Boot}\n{options.Folder}\n");
            try
            {
                var count = DynoSlot.Count(options.DynoNetwork);
                for (var tries = 0; tries < count; tries++)
                {
                    _last = (_last % (count - 1)) + 1;
                    if (Libc.Link(mine, PathOf(_last)) == 0)
                        return Slot(_last);
                }

                throw new EngineException($"All {count - 1} networks of {options.DynoNetwork} are in use by dynos.");
            }
            finally
            {
                File.Delete(mine);
            }
        }
    }

    public DynoSlot Slot(int number) => new(number, options.PlatformId, options.DynoNetwork);

    public void Release(DynoSlot slot) => File.Delete(PathOf(slot.Number));

    /// <summary>Slots of this platform, by their files.</summary>
    public IReadOnlyList<DynoSlot> Mine() => [.. All().Where(l => l.Platform == options.PlatformId).Select(l => Slot(l.Number))];

    /// <summary>Forgets slots of an earlier boot, and of platforms whose folder is gone; those of the latter still have their network.</summary>
    public IReadOnlyList<DynoSlot> ReleaseStale()
    {
        var orphans = new List<DynoSlot>();
        foreach (var (number, platform, boot, owner) in All())
        {
            if (boot == Boot && Directory.Exists(owner))
                continue;
            if (boot == Boot)
                orphans.Add(new DynoSlot(number, platform, options.DynoNetwork));
            File.Delete(PathOf(number));
        }

        return orphans;
    }

    private IEnumerable<(int Number, string Platform, string Boot, string Folder)> All()
    {
        if (!Directory.Exists(folder))
            yield break;
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            if (!int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                continue;
            string[] lines;
            try
            {
                lines = File.ReadAllLines(path);
            }
            catch (FileNotFoundException)
            {
                continue;
            }

            if (lines.Length >= 3)
                yield return (number, lines[0], lines[1], lines[2]);
        }
    }

    private string PathOf(int number) => Path.Combine(folder, number.ToString(CultureInfo.InvariantCulture));
}
