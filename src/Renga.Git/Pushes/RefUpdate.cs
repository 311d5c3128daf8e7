namespace Renga.Git.Pushes;

/// <summary>One line of a push: a ref goes from one object to another; all zeroes means that it was not, or will not be, there.</summary>
internal sealed record RefUpdate(string Old, string New, string Ref)
{
    public bool Deletes => New.All(static c => c == '0');

    /// <summary>The name as a person says it.</summary>
    public string ShortName => Ref.StartsWith("refs/heads/", StringComparison.Ordinal) ? Ref["refs/heads/".Length..]
        : Ref.StartsWith("refs/tags/", StringComparison.Ordinal) ? Ref["refs/tags/".Length..] : Ref;

    public bool IsBranch => Ref.StartsWith("refs/heads/", StringComparison.Ordinal);

    public bool IsTag => Ref.StartsWith("refs/tags/", StringComparison.Ordinal);

    /// <summary>Pushing it builds.</summary>
    public bool IsDeployBranch => Ref is "refs/heads/main" or "refs/heads/master";

    /// <summary>Null when the line is not one of git's.</summary>
    public static RefUpdate? Parse(string line) =>
        line.Split(' ', 3) is [var old, var @new, var name] && IsObjectId(old) && IsObjectId(@new) && name.Length > 0 ? new RefUpdate(old, @new, name) : null;

    private static bool IsObjectId(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);
}
