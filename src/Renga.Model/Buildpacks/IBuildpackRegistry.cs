using System.Collections.Immutable;

namespace Renga.Model.Buildpacks;

/// <summary>The buildpacks that this platform knows by name: its own, and those that its operator added.</summary>
public interface IBuildpackRegistry
{
    /// <summary>Names (<c>heroku/nodejs</c>) with what to say of each, as of now. A refusal when the operator's file cannot be read, saying where.</summary>
    Result<ImmutableSortedDictionary<string, string>> Read();
}
