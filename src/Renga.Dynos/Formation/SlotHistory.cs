namespace Renga.Dynos.Formation;

/// <summary>What went wrong with a name of the formation under one release; a new release begins a new history.</summary>
/// <param name="Crashes">Crashes in a row.</param>
/// <param name="LaunchFailures">Failures of the platform to launch it, in a row.</param>
/// <param name="NextStartAt">It is not started before.</param>
/// <param name="NoRoomForTwo">The engine had no room for it beside the dyno it replaces.</param>
internal sealed record SlotHistory(Guid ReleaseId, int Crashes, int LaunchFailures, DateTimeOffset NextStartAt, bool NoRoomForTwo)
{
    public static SlotHistory Clean(Guid releaseId) => new(releaseId, 0, 0, DateTimeOffset.MinValue, false);
}
