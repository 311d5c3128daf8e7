using System.Collections.Immutable;

namespace Renga.Git.Pushes;

/// <summary>What a push means, from its ref updates alone.</summary>
/// <param name="Deploy">The update to build; null when there is nothing to build.</param>
/// <param name="Notes">Lines for the pusher about the rest.</param>
/// <param name="Problem">Why the push is refused; null when it is not.</param>
internal sealed record PushPlan(RefUpdate? Deploy, ImmutableArray<string> Notes, string? Problem)
{
    public static PushPlan Of(IReadOnlyList<RefUpdate> updates)
    {
        var deploys = updates.Where(static u => u.IsDeployBranch && !u.Deletes).ToArray();
        if (deploys.Length > 1)
            return new PushPlan(null, [], "Push either main or master, not both at once: only one of them can be what runs.");
        return new PushPlan(deploys.FirstOrDefault(), [.. updates.Select(Note).OfType<string>()], null);
    }

    private static string? Note(RefUpdate update) => update switch
    {
        { Deletes: true, IsDeployBranch: true } => $"-----> Deleted branch \"{update.ShortName}\"; the running release is unchanged",
        { Deletes: true } => null,
        { IsDeployBranch: true } => null,
        { IsBranch: true } => $"-----> Pushed to branch \"{update.ShortName}\"; only main and master are built (skipped)",
        { IsTag: true } => $"-----> Pushed tag \"{update.ShortName}\"; only main and master are built (skipped)",
        _ => $"-----> Pushed to \"{update.ShortName}\"; only main and master are built (skipped)",
    };
}
