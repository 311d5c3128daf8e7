using System.Collections.Immutable;
using Renga.Model;
using Renga.Model.Buildpacks;

namespace Renga.Api.Tests;

/// <summary>Three names.</summary>
internal sealed class FakeBuildpackRegistry : IBuildpackRegistry
{
    public Result<ImmutableSortedDictionary<string, string>> Read() =>
        ImmutableSortedDictionary<string, string>.Empty.Add("heroku/dotnet", ".NET").Add("heroku/nodejs", "Node.js").Add("heroku/python", "Python");
}
