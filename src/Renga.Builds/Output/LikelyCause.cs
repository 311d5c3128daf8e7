using System.Text.RegularExpressions;

namespace Renga.Builds.Output;

/// <summary>What common tools say when they fail, and what helps. Only a guess, so the line that led to it is shown with it.</summary>
internal static partial class LikelyCause
{
    private const int MaxEvidence = 160;

    // The more telling first: a tool that lacks a package often also says that it lacks a module.
    private static readonly (string[] Words, string Cause, string Do)[] Table =
    [
        (["can only install packages when your package.json and package-lock.json", "ERR_PNPM_OUTDATED_LOCKFILE", "Your lockfile needs to be updated", "The lockfile would have been modified by this install",
          "NU1004", "frozen mode", "deployment mode", "updates to go.mod needed", "missing go.sum entry", "lock file is not up to date", "The lockfile at", "poetry.lock", "Pipfile.lock", "requires that the lock file"],
            "The lock file does not match the list of dependencies.", "Install on your own machine, commit the lock file, and push again."),
        (["E404", "404 Not Found", "No matching distribution found", "Could not find a version that satisfies", "Could not find gem", "Could not find artifact", "NU1101", "NU1102", "ETARGET", "notarget",
          "could not be found in any version", "unknown revision", "Unable to find package"],
            "A package, or the version of it that the app asks for, is not in its registry.", "Check its name and version. A private registry needs its address and a token as config vars."),
        (["ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "ECONNREFUSED", "ENETUNREACH", "Could not resolve host", "Could not resolve proxy", "Temporary failure in name resolution", "Temporary failure resolving", "Name or service not known",
          "Network is unreachable", "Connection refused", "Connection timed out", "timed out after", "Failed to connect to", "dial tcp", "NU1301", "Unable to connect to", "Unable to load the service index", "UnknownHostException", "Failed to download"],
            "A server that the build needs could not be reached.", "Push again in case it was down for a moment. Behind a proxy or with mirrors of registries, the operator gives builds their addresses: rengad --build-env NAME=VALUE."),
        (["heap out of memory", "OutOfMemoryError", "Cannot allocate memory", "OutOfMemoryException"],
            "A tool of the build ran out of memory.", "Let it do less at one time, or set its own limit by a config var (NODE_OPTIONS=--max-old-space-size=1024, MAVEN_OPTS=-Xmx1g)."),
        (["Unsupported stack", "unsupported stack", "stack is not supported", "stack is no longer supported", "not supported on this stack", "not available for this stack", "STACK must be", "Invalid stack", "is not supported!", "is not supported by this buildpack", "not supported on stack"],
            "This buildpack was made for Heroku's stacks and does not know this one.", "Give it the name of the stack that it should take this one for: heroku config:set BUILDPACK_STACK=heroku-22"),
        ([": command not found", ": not found"],
            "A program that the build needs is not on this stack.", "Use a buildpack that brings it, in front of the others: heroku buildpacks:add --index 1 URL"),
        (["Cannot find module", "Cannot find package", "ModuleNotFoundError", "No module named", "cannot load such file", "no required module provides package", "ClassNotFoundException", "Module not found"],
            "The code uses a module that is not installed.", "Add it to the app's dependencies (what the build needs is no development dependency) and commit the lock file."),
    ];

    /// <summary>Lines for the pusher; null when nothing is recognised.</summary>
    public static string? Of(IEnumerable<string> tail)
    {
        var lines = tail.Reverse().ToArray();
        foreach (var (words, cause, advice) in Table)
        {
            if (Array.Find(lines, l => words.Any(w => l.Contains(w, StringComparison.Ordinal))) is { } evidence)
                return $"Likely cause: {cause}\n  It said: {Shorten(Colours().Replace(evidence, "").Trim())}\nWhat to do: {advice}";
        }

        return null;
    }

    private static string Shorten(string text) => text.Length <= MaxEvidence ? text : text[..MaxEvidence] + "...";

    [GeneratedRegex(@"\x1B\[[0-9;]*[A-Za-z]", RegexOptions.CultureInvariant)]
    private static partial Regex Colours();
}
