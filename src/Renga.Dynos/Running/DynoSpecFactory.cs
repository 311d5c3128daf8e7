using System.Collections.Immutable;
using System.Globalization;
using Renga.Dynos.Formation;
using Renga.Engines;
using Renga.Model.Dynos;
using Renga.Model.Formation;
using Renga.Model.Stacks;

namespace Renga.Dynos.Running;

/// <summary>What the engine is told to make of a dyno. Pure: tests compare the result.</summary>
internal static class DynoSpecFactory
{
    // Linux allows 64 bytes.
    private const int MaxHostname = 63;

    /// <summary>
    /// Runs before every command of an app, as Heroku does: the slug's .profile.d scripts in order of name, then .profile, then the command by a shell of its own.
    /// What the user typed is an argument, never a part of this text; and it is out of $1 before any script of the app runs.
    /// </summary>
    private const string Launcher = """
        cd "$HOME" || exit 1
        renga_command=$1
        set --
        shopt -s nullglob
        for renga_profile in .profile.d/*.sh; do
          [ -r "$renga_profile" ] && . "./$renga_profile"
        done
        shopt -u nullglob
        [ -r .profile ] && . ./.profile
        unset renga_profile
        exec /bin/bash -c "$renga_command"
        """;

    public static DynoSpec Make(DynoRecord dyno, DesiredApp app, string slugImage, StackVersion stack, DynoSize size, DynosOptions options) => new()
    {
        Id = dyno.Id,
        Labels = DynoLabels.Of(app.AppId, dyno with { StackVersion = stack.Version }),
        Hostname = dyno.Name.Length <= MaxHostname ? dyno.Name : dyno.Name[..MaxHostname],
        Arguments = ["/bin/bash", "-c", Launcher, "launcher", dyno.Command],
        Environment = EnvironmentOf(dyno, app),
        SlugImage = slugImage,
        Stack = stack.Name,
        StackImage = stack.RunImage,
        Limits = new DynoLimits(size.MemoryBytes, size.CpuShares, size.MaxProcesses, options.DiskBytes),
        ListensOnPort = dyno.IsWeb,
        Interactive = dyno.OneOff?.Interactive,
    };

    /// <summary>Defaults, then config vars, then what a one-off dyno was given, then what nobody may change.</summary>
    private static ImmutableSortedDictionary<string, string> EnvironmentOf(DynoRecord dyno, DesiredApp app)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        all[DynoEnvironment.Path] = DynoEnvironment.DefaultPath;
        all[DynoEnvironment.Stack] = app.Stack;
        all[DynoEnvironment.AppId] = app.AppId.ToString();
        all[DynoEnvironment.AppName] = app.Name;
        all[DynoEnvironment.DynoId] = dyno.Id.ToString();
        all[DynoEnvironment.ReleaseCreatedAt] = app.ReleaseCreatedAt.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        all[DynoEnvironment.ReleaseVersion] = string.Create(CultureInfo.InvariantCulture, $"v{app.ReleaseVersion}");
        if (app.Slug?.Commit is { } commit)
            all[DynoEnvironment.SlugCommit] = commit;
        foreach (var (name, value) in app.Config)
            all[name] = value;
        foreach (var (name, value) in dyno.OneOff?.Environment ?? [])
            all[name] = value;
        all[DynoEnvironment.Dyno] = dyno.Name;
        all.Remove(DynoEnvironment.Port);
        return all.ToImmutable();
    }
}
