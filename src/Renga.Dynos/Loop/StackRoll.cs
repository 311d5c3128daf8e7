using Renga.Dynos.Formation;
using Renga.Model;
using Renga.Model.Stacks;

namespace Renga.Dynos.Loop;

/// <summary>
/// Moves apps to the newest version of their stack, one app after the other, so that a new version never restarts everything at once. Part of the loop, which asks
/// it at each turn; an app whose new dynos do not come up keeps the others waiting for a limited time only.
/// </summary>
internal sealed class StackRoll(Published<StackSet> stacks, DynosOptions options, TimeProvider time)
{
    private StackSet? _seen;
    private bool _isOpen;
    private Guid? _current;
    private DateTimeOffset _until;

    /// <summary>A dyno was started; maybe on a version that was the newest until a moment ago.</summary>
    public void Launched(string version) => _isOpen |= !stacks.Current.Versions.Any(v => v.Version == version);

    /// <summary>The app that is to move now and the version to move to, if any.</summary>
    public (Guid AppId, string Version)? Next(IEnumerable<AppState> apps, Func<Guid, AppState?> find)
    {
        // 1. A new snapshot opens the roll.
        var now = stacks.Current;
        if (!ReferenceEquals(now, _seen))
        {
            _seen = now;
            _isOpen = true;
        }

        if (!_isOpen)
            return null;

        // 2. The app whose turn it is comes first.
        if (_current is { } current && time.GetUtcNow() < _until && find(current) is { } state && IsMoving(state))
            return null;
        _current = null;

        // 3. Then the next; when there is none, all is said until the next snapshot.
        foreach (var app in apps)
        {
            if (app.Desired is { } desired && now.Versions.FirstOrDefault(v => v.Name == desired.Stack) is { } stack && app.Dynos.Values.Any(d => d.IsBehind(stack.Version)))
            {
                _current = app.AppId;
                _until = time.GetUtcNow() + options.StackTurn;
                return (app.AppId, stack.Version);
            }
        }

        _isOpen = false;
        return null;
    }

    private static bool IsMoving(AppState app) => app.Dynos.Values.Any(static d => d is { Cycling: true, IsAlive: true });
}
