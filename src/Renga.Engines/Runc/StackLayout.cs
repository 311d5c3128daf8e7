using System.Collections.Immutable;

namespace Renga.Engines.Runc;

/// <summary>What the root of dynos of a stack is put together from.</summary>
/// <param name="Root">The root of dynos that have no mounts of their own: empty folders and links, shared.</param>
/// <param name="Links">Links in the root.</param>
/// <param name="Parts">What is mounted into it, read-only and in this order.</param>
internal sealed record StackLayout(string Root, ImmutableArray<(string Name, string Target)> Links, ImmutableArray<StackPart> Parts);

/// <summary>A folder or file of a stack.</summary>
/// <param name="Source">On this machine.</param>
/// <param name="Target">Inside.</param>
internal readonly record struct StackPart(string Source, string Target)
{
    /// <summary>Nothing below /etc is a program.</summary>
    public bool HasPrograms => Target != "/etc" && !Target.StartsWith("/etc/", StringComparison.Ordinal);
}
