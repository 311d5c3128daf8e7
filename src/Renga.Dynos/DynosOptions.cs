using System.Collections.Immutable;

namespace Renga.Dynos;

/// <summary>The dyno manager's numbers (design section 6). Each is one option.</summary>
public sealed class DynosOptions
{
    /// <summary>How often everything is compared with the whole desired state, in case an event was missed. Default 30 s.</summary>
    public TimeSpan FullSyncInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A web dyno that has not bound $PORT after this is killed (R10). Default 60 s.</summary>
    public TimeSpan BootTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Between SIGTERM and SIGKILL (R12). Default 30 s.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long requests in flight may take to end before a web dyno gets SIGTERM. Default 30 s.</summary>
    public TimeSpan DrainLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A dyno that has not ended this long after SIGKILL is removed by force. Default 10 s.</summary>
    public TimeSpan KillWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Between tries to remove a dyno that the engine could not remove. Default 5 s.</summary>
    public TimeSpan DestroyRetry { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Pauses before the second, third ... start of a dyno that keeps crashing, before the long ladder begins; the first restart is at once.
    /// Default 1 s, 5 s, 30 s, 2 min. Empty for Heroku's strict behaviour.
    /// </summary>
    public ImmutableArray<TimeSpan> FirstCrashPauses { get; set; } =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)];

    /// <summary>First step of the long ladder; each step doubles. Default 10 min.</summary>
    public TimeSpan CrashPause { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Last step of the long ladder. Default 24 h.</summary>
    public TimeSpan MaxCrashPause { get; set; } = TimeSpan.FromHours(24);

    /// <summary>A dyno that was up longer than this restarts at once when it crashes, and its ladder begins again. Default 10 min.</summary>
    public TimeSpan StableAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Pauses after the platform itself failed to launch a dyno; the last one repeats. Default 1 s, 5 s, 15 s, 60 s.</summary>
    public ImmutableArray<TimeSpan> LaunchPauses { get; set; } =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60)];

    /// <summary>True: an old web dyno stops before its replacement starts, and the router holds requests; for machines without room for two. Default false.</summary>
    public bool StopFirst { get; set; }

    /// <summary>Which part of a type's web dynos may be replaced at one time, at least one. Default a quarter.</summary>
    public double ReplacementShare { get; set; } = 0.25;

    /// <summary>When a stack has a new version, apps move to it one after the other; an app that has not moved after this lets the next one go. Default 5 min.</summary>
    public TimeSpan StackTurn { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Dynos that are being made at one time, of all apps. Default 8.</summary>
    public int MaxConcurrentLaunches { get; set; } = 8;

    /// <summary>Bytes that a dyno may write to its disk. Default 2 GiB.</summary>
    public long DiskBytes { get; set; } = 2L * 1024 * 1024 * 1024;

    /// <summary>A detached one-off dyno is stopped after this, unless it asked for less. Default 24 h.</summary>
    public TimeSpan OneOffTimeToLive { get; set; } = TimeSpan.FromHours(24);

    /// <summary>One-off dynos of an app at one time. Default 50.</summary>
    public int MaxOneOffDynos { get; set; } = 50;

    /// <summary>Bytes of a one-off command. Default 64 KiB.</summary>
    public int MaxCommandBytes { get; set; } = 64 * 1024;

    /// <summary>How long an attached one-off dyno waits for its client (R13). Default 60 s.</summary>
    public TimeSpan AttachTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Between SIGHUP, after the client has gone, and SIGKILL (R16). Default 10 s.</summary>
    public TimeSpan HangupGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A longer line of output is split. Default 10,000 bytes.</summary>
    public int MaxLineBytes { get; set; } = 10_000;

    /// <summary>How long output may wait before it is recorded as handled. Default 200 ms.</summary>
    public TimeSpan OutputAckDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the end of a dyno waits for the last of its output. Default 2 s.</summary>
    public TimeSpan OutputEndWait { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>First pause between two looks at a booting dyno's port; it doubles. Default 5 ms.</summary>
    public TimeSpan FirstProbePause { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Longest pause between two looks. Default 200 ms.</summary>
    public TimeSpan MaxProbePause { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Inputs that wait for the loop; beyond it, whoever reports waits too. Default 4,096.</summary>
    public int InboxCapacity { get; set; } = 4096;

    /// <summary>Every problem with these numbers, for the check at start.</summary>
    public IReadOnlyList<string> FindProblems()
    {
        var problems = new List<string>();
        Positive(FullSyncInterval, nameof(FullSyncInterval));
        Positive(BootTimeout, nameof(BootTimeout));
        Positive(CrashPause, nameof(CrashPause));
        Positive(FirstProbePause, nameof(FirstProbePause));
        if (MaxCrashPause < CrashPause)
            problems.Add($"{nameof(MaxCrashPause)} must not be less than {nameof(CrashPause)}.");
        if (LaunchPauses.IsDefaultOrEmpty)
            problems.Add($"{nameof(LaunchPauses)} needs at least one pause.");
        if (FirstCrashPauses.IsDefault)
            problems.Add($"{nameof(FirstCrashPauses)} must be set; it may be empty.");
        if (ReplacementShare is not (> 0 and <= 1))
            problems.Add($"{nameof(ReplacementShare)} must be more than 0 and at most 1.");
        if (MaxConcurrentLaunches < 1)
            problems.Add($"{nameof(MaxConcurrentLaunches)} must be at least 1.");
        if (MaxLineBytes < 16)
            problems.Add($"{nameof(MaxLineBytes)} must be at least 16.");
        if (InboxCapacity < 1)
            problems.Add($"{nameof(InboxCapacity)} must be at least 1.");
        return problems;

        void Positive(TimeSpan value, string name)
        {
            if (value <= TimeSpan.Zero)
                problems.Add($"{name} must be more than zero.");
        }
    }
}
