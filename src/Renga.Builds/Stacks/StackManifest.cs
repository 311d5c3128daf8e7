using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Renga.Builds.Stacks;

/// <summary><c>manifest.json</c> of a version of a stack. It is written last: a version without it is not there.</summary>
/// <param name="Digest">Of the packages and of how they were put together: the same digest is the same content.</param>
internal sealed record StackManifest(string Name, string Version, string Digest, DateTimeOffset CreatedAt, StackImageManifest Run, StackImageManifest Build);

/// <summary>One image of a stack.</summary>
/// <param name="Sha256">Of the file, lower-case hex.</param>
/// <param name="Packages">Versions by package, with the architecture where a package is there for several.</param>
internal sealed record StackImageManifest(string Sha256, long Bytes, ImmutableSortedDictionary<string, string> Packages);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(StackManifest))]
internal sealed partial class StacksJson : JsonSerializerContext;
