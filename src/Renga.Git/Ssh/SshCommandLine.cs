using System.Text.RegularExpressions;
using Renga.Model;

namespace Renga.Git.Ssh;

/// <summary>
/// What a client asked to run: one of two words and a path, as git clients write it, and nothing else. The text comes from the client; no shell, and no program, ever
/// sees it.
/// </summary>
/// <param name="IsPush">Receive-pack; otherwise upload-pack.</param>
/// <param name="App">Name or id.</param>
internal sealed partial record SshCommandLine(bool IsPush, string App)
{
    public static Result<SshCommandLine> Parse(string text, string email)
    {
        if (text.Length == 0)
            return Refusal.Forbidden($"Hello, {email}. There is no shell here; git push, fetch and clone work.");
        if (Git().Match(text) is not { Success: true } git)
            return Refusal.Forbidden("Only git push, fetch and clone work over SSH.");
        if (Repository().Match(git.Groups["quoted"].Value + git.Groups["bare"].Value) is not { Success: true } repository)
            return Refusal.Invalid("That is no repository here. Expected ssh://git@HOST:PORT/APP.git, where APP is an app's name.");
        return new SshCommandLine(git.Groups["verb"].Value == "receive", repository.Groups["app"].Value);
    }

    [GeneratedRegex(@"\Agit[- ](?<verb>receive|upload)-pack (?:'(?<quoted>[^'\\]*)'|(?<bare>[^\s'""\\]*))\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Git();

    [GeneratedRegex(@"\A/?(?<app>[a-zA-Z0-9][a-zA-Z0-9-]{0,63})(\.git)?/?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Repository();
}
