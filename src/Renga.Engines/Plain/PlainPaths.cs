using System.Collections.Immutable;
using Renga.Engines.State;
using Renga.Model.Dynos;

namespace Renga.Engines.Plain;

/// <summary>A plain process sees this machine's paths, so what a dyno would see at /app, /tmp and its mounts is put in their place in arguments and environment.</summary>
internal static class PlainPaths
{
    /// <summary>Inside path to machine path, the longest first.</summary>
    public static ImmutableArray<(string Inside, string Outside)> Map(DynoSpec spec, DynoFolder folder)
    {
        var map = new List<(string, string)> { ("/app", folder.App), ("/tmp", folder.Temporary) };
        foreach (var mount in spec.Mounts)
            map.Add((mount.Target.TrimEnd('/'), SourceOf(mount)));
        map.Sort(static (a, b) => b.Item1.Length.CompareTo(a.Item1.Length));
        return [.. map];
    }

    /// <summary>Without a file system of its own, a disk image is a folder beside the image's file.</summary>
    public static string SourceOf(DynoMount mount) => mount.DiskImage is null ? mount.Source : mount.Source + ".folder";

    /// <summary>The text itself, unless it is one of the paths or below one.</summary>
    public static string Replace(string text, ImmutableArray<(string Inside, string Outside)> map)
    {
        foreach (var (inside, outside) in map)
        {
            if (text == inside)
                return outside;
            if (text.StartsWith(inside, StringComparison.Ordinal) && text[inside.Length] == '/')
                return outside + text[inside.Length..];
        }

        return text;
    }

    public static ImmutableArray<string> Arguments(DynoSpec spec, ImmutableArray<(string, string)> map) => [.. spec.Arguments.Select(a => Replace(a, map))];

    /// <summary>Values are lists like PATH's as often as single paths, so each element between colons is looked at.</summary>
    public static ImmutableDictionary<string, string?> Environment(DynoSpec spec, DynoFolder folder, int? port, ImmutableArray<(string, string)> map)
    {
        var result = ImmutableDictionary.CreateBuilder<string, string?>();
        result["TMPDIR"] = folder.Temporary;
        foreach (var (name, value) in spec.Environment)
            result[name] = string.Join(':', value.Split(':').Select(v => Replace(v, map)));
        result[DynoEnvironment.Home] = folder.App;
        if (port is not null)
            result[DynoEnvironment.Port] = port.Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return result.ToImmutable();
    }
}
