namespace Renga.Model.Buildpacks;

/// <summary>A buildpack that an app builds with, in order.</summary>
public sealed class BuildpackInstallation
{
    public required Guid Id { get; init; }
    public required Guid AppId { get; init; }

    /// <summary>From 0; the last one's process types win.</summary>
    public required int Ordinal { get; init; }

    /// <summary>A name (<c>heroku/nodejs</c>), a git URL with optional <c>#ref</c>, a tarball URL, or an absolute path on this machine.</summary>
    public required string Url { get; init; }
}
