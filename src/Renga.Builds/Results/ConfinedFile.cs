using System.Text;
using Renga.Model;

namespace Renga.Builds.Results;

/// <summary>
/// Reads files that a hostile build left behind. The build has ended, so nothing changes under us; what is left to refuse is a link at any step of the path
/// (it would lead out, to a file of this machine), anything that is no regular file, and too much.
/// </summary>
internal static class ConfinedFile
{
    /// <summary>The text; null when it is not there. A refusal when it is there and is not a plain, small file.</summary>
    /// <param name="root">A folder that the build could not replace.</param>
    /// <param name="relative">Path below it, with <c>/</c>.</param>
    public static Result<string?> ReadText(string root, string relative, int maxBytes)
    {
        if (!TryWalk(root, relative, out var path, out var refusal))
            return refusal;
        var info = new FileInfo(path);
        if (!info.Exists && !Directory.Exists(path))
            return Result<string?>.Ok(null);
        // Opening a pipe blocks and opening a device acts, so the kind is asked before.
        if ((Native.Mode(path) & Native.TypeMask) != Native.Regular)
            return Refusal.Invalid($"{relative} must be a regular file.");
        if (info.Length > maxBytes)
            return Refusal.Invalid($"{relative} is larger than {maxBytes} bytes.");
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>The folder's path, when no step of it is a link and it is a folder.</summary>
    public static Result<string> Folder(string root, string relative)
    {
        if (!TryWalk(root, relative, out var path, out var refusal))
            return refusal;
        return Directory.Exists(path) ? path : Refusal.Invalid($"{relative} is missing.");
    }

    private static bool TryWalk(string root, string relative, out string path, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Refusal? refusal)
    {
        path = root;
        refusal = null;
        foreach (var part in relative.Split('/'))
        {
            if (part is "" or "." or "..")
                throw new ArgumentException($"\"{relative}\" is not a plain relative path.", nameof(relative));
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                refusal = Refusal.Invalid($"{relative} must not be a symbolic link.");
                return false;
            }
        }

        return true;
    }
}
