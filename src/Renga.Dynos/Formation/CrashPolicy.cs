namespace Renga.Dynos.Formation;

/// <summary>When a crashed dyno starts again (spec: protocols.md 6.5).</summary>
internal static class CrashPolicy
{
    /// <summary>The history after one more crash.</summary>
    /// <param name="upFor">How long it had been up; null when it never was.</param>
    public static SlotHistory AfterCrash(SlotHistory history, TimeSpan? upFor, DateTimeOffset now, DynosOptions options)
    {
        var crashes = upFor > options.StableAfter ? 1 : history.Crashes + 1;
        return history with { Crashes = crashes, LaunchFailures = 0, NextStartAt = now + PauseAfter(crashes, options) };
    }

    /// <summary>The history after the platform failed to launch it: no fault of the app, so no step on its ladder.</summary>
    public static SlotHistory AfterLaunchFailure(SlotHistory history, DateTimeOffset now, DynosOptions options)
    {
        var step = Math.Min(history.LaunchFailures, options.LaunchPauses.Length - 1);
        return history with { LaunchFailures = history.LaunchFailures + 1, NextStartAt = now + options.LaunchPauses[step] };
    }

    /// <summary>None after the first crash; then the short ladder; then the long one.</summary>
    public static TimeSpan PauseAfter(int crashes, DynosOptions options)
    {
        if (crashes <= 1)
            return TimeSpan.Zero;
        var step = crashes - 2;
        if (step < options.FirstCrashPauses.Length)
            return options.FirstCrashPauses[step];
        var doublings = Math.Min(step - options.FirstCrashPauses.Length, 30);
        var pause = options.CrashPause * Math.Pow(2, doublings);
        return pause < options.MaxCrashPause ? pause : options.MaxCrashPause;
    }
}
