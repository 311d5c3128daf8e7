using Renga.Model;
using Renga.Model.Stacks;

namespace Renga.Testing;

/// <summary>The stacks that a test says: at first only <c>host</c>. What is built later comes first, as the default.</summary>
public sealed class FixedStacks : IStacks
{
    public Published<StackSet> Available { get; } = new(new StackSet([new StackVersion(StackVersion.Host, "", null, null, DateTimeOffset.UnixEpoch)]));

    public Result<StackVersion> Find(string name) =>
        Available.Current.Versions.FirstOrDefault(v => v.Name == name) is { } found
            ? found
            : Refusal.Invalid($"Stack {name} is not available. Available stacks: {string.Join(", ", Available.Current.Versions.Select(static v => v.Name))}.");

    /// <summary>A stack gets a version; its images are these paths.</summary>
    public void Build(string name, string version, string runImage = "/nowhere/run.squashfs", string buildImage = "/nowhere/build.squashfs")
    {
        var others = Available.Current.Versions.Where(v => v.Name != name);
        Available.Publish(new StackSet([new StackVersion(name, version, runImage, buildImage, DateTimeOffset.UnixEpoch), .. others]));
    }
}
