namespace Renga.Processes;

/// <summary>What a finished program said. Output beyond the limit of <see cref="ProcessRunner.RunAsync"/> is cut.</summary>
public sealed record CommandResult(int Status, string Output, string Error)
{
    public bool Succeeded => Status == 0;
}

/// <summary>A program that we rely on failed: broken infrastructure, not a user's mistake.</summary>
public sealed class CommandFailedException(Command command, CommandResult result)
    : Exception($"{command} ended with status {result.Status}: {(result.Error.Length > 0 ? result.Error : result.Output).Trim()}")
{
    public CommandResult Result { get; } = result;
}
