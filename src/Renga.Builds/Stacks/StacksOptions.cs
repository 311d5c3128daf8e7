namespace Renga.Builds.Stacks;

/// <summary>Where stacks are, and how they are made.</summary>
public sealed record StacksOptions
{
    /// <summary>The stacks that were built; <c>DIR/stacks</c>, a folder per stack with one per version.</summary>
    public required string Folder { get; init; }

    /// <summary>How stacks are built: a folder each with a program <c>build</c>.</summary>
    public required string RecipesFolder { get; init; }

    /// <summary>Dynos can have a root file system of their own. Off with the engine <c>process</c>: then <c>host</c> is all there is.</summary>
    public bool UseImages { get; init; } = true;

    /// <summary>How often a running platform looks for new versions. Default 2 s.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Room that a build needs on the disk of <see cref="Folder"/>. Default 6 GB.</summary>
    public long BuildBytes { get; init; } = 6L * 1024 * 1024 * 1024;
}
