namespace Renga.Engines;

/// <summary>
/// <see cref="IDynoEngine.CreateAsync"/> found no room (memory, disk, addresses) for one more dyno. Once another has ended it may work, so the dyno manager then
/// stops the dyno that is to be replaced before it tries again.
/// </summary>
public sealed class NoRoomException(string message, Exception? inner = null) : Exception(message, inner);
