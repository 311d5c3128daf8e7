using System.Collections.Immutable;

namespace Renga.Model.Stacks;

/// <summary>The stacks of this platform.</summary>
public interface IStacks
{
    /// <summary>
    /// The stacks that apps can use now, the default first: <c>host</c>, and those that were built. A new snapshot appears when a stack is built or gets a new version.
    /// </summary>
    Published<StackSet> Available { get; }

    /// <summary>The newest version of a stack, or <see cref="RefusalKind.Invalid"/> with the list of those there are.</summary>
    Result<StackVersion> Find(string name);
}

/// <summary>All stacks at one moment.</summary>
/// <param name="Versions">The newest version of each, the default stack first.</param>
public sealed record StackSet(ImmutableArray<StackVersion> Versions);

/// <summary>A stack as it is now.</summary>
/// <param name="Name"><c>host</c>, <c>renga-12</c>.</param>
/// <param name="Version">Differs when anything in it differs, and sorts by age; empty for <c>host</c>.</param>
/// <param name="RunImage">The root file system of dynos, a squashfs image; null for <c>host</c>.</param>
/// <param name="BuildImage">The root file system of build dynos, with compilers and headers; null for <c>host</c>.</param>
/// <param name="CreatedAt">When this version was built.</param>
public sealed record StackVersion(string Name, string Version, string? RunImage, string? BuildImage, DateTimeOffset CreatedAt)
{
    /// <summary>The machine's own programs.</summary>
    public const string Host = "host";
}
