namespace Renga.Protocol.Api;

/// <summary>Schema: build.</summary>
public sealed record BuildResponse
{
    public required NamedReference App { get; init; }
    public required IReadOnlyList<BuildpackReference> Buildpacks { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required Guid Id { get; init; }
    public required string OutputStreamUrl { get; init; }
    public IdReference? Release { get; init; }
    public IdReference? Slug { get; init; }
    public required SourceBlob SourceBlob { get; init; }
    public required string Stack { get; init; }

    /// <summary><c>pending</c>, <c>succeeded</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
    public required AccountReference User { get; init; }
}

/// <summary>Where a build's code came from.</summary>
/// <param name="Url">Empty for a push.</param>
/// <param name="Version">A commit, or what the client said; empty when it said nothing.</param>
public sealed record SourceBlob(string Url, string? Checksum, string? Version, string? VersionDescription);

/// <summary>POST /apps/{app}/builds.</summary>
public sealed record CreateBuildRequest(CreateBuildSource? SourceBlob, IReadOnlyList<CreateBuildBuildpack?>? Buildpacks);

/// <param name="Url">Of an archive (tar.gz, zip), one of our own sources, or a git repository.</param>
public sealed record CreateBuildSource(string? Url, string? Checksum, string? Version, string? VersionDescription);

/// <summary>By either of them.</summary>
public sealed record CreateBuildBuildpack(string? Url, string? Name);

/// <summary>GET /apps/{app}/builds/{build}/result, which older clients read.</summary>
/// <param name="ExitCode">Null while it runs.</param>
public sealed record BuildResultResponse(BuildResultBuild Build, int? ExitCode, IReadOnlyList<BuildResultLine> Lines);

public sealed record BuildResultBuild(Guid Id, string Status, string OutputStreamUrl);

/// <param name="Stream"><c>STDOUT</c>.</param>
public sealed record BuildResultLine(string Stream, string Line);

/// <summary>Schema: source.</summary>
public sealed record SourceResponse(SourceAddresses SourceBlob);

public sealed record SourceAddresses(string GetUrl, string PutUrl);
