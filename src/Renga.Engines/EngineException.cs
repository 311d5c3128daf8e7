namespace Renga.Engines;

/// <summary>The machine, or a program we rely on, could not do what a dyno needs.</summary>
public sealed class EngineException(string message, Exception? inner = null) : Exception(message, inner);
