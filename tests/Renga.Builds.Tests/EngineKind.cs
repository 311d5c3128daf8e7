namespace Renga.Builds.Tests;

/// <summary>Which engine a test builds on.</summary>
public enum EngineKind
{
    Plain,
    Runc,
}
