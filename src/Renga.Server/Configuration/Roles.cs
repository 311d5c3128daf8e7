using Renga.Model;

namespace Renga.Server.Configuration;

/// <summary>Which components this process runs.</summary>
[Flags]
internal enum Roles
{
    None = 0,
    Api = 1,
    Git = 2,
    Builds = 4,
    Dynos = 8,
    Logs = 16,
    Router = 32,

    /// <summary>All but the router.</summary>
    Control = Api | Git | Builds | Dynos | Logs,
    All = Control | Router,
}

internal static class RolesParser
{
    /// <summary>Comma-separated role names; <c>all</c> and <c>control</c> are groups.</summary>
    public static Result<Roles> Parse(string text)
    {
        var roles = Roles.None;
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Enum.TryParse<Roles>(word, ignoreCase: true, out var role) || role == Roles.None || int.TryParse(word, out _))
                return Refusal.Invalid($"--roles {text}: there is no role \"{word}\". Roles are api, git, builds, dynos, logs, router; groups are control (all but router) and all.");
            roles |= role;
        }

        return roles;
    }

    /// <summary>The router can run apart, so that either side can be restarted alone; the control side's components share one process.</summary>
    public static Refusal? Check(this Roles roles) =>
        roles is Roles.All or Roles.Control or Roles.Router
            ? null
            : Refusal.Invalid("--roles: the components of the control side run in one process. Choose all, control or router.");
}
