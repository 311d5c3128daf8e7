using System.Collections.Immutable;

namespace Renga.Processes.Tests;

public sealed class ProcessRunnerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_Program_StatusAndBothStreams()
    {
        var result = await ProcessRunner.RunAsync(Command.Of("sh", "-c", "echo out; echo err >&2; exit 3"), Ct);
        result.ShouldBe(new CommandResult(3, "out\n", "err\n"));
        result.Succeeded.ShouldBeFalse();
    }

    [Fact]
    public async Task Run_Arguments_ArriveUnchanged() =>
        (await ProcessRunner.RunAsync(Command.Of("printf", "[%s]", "a b", "$HOME", "`id`", "\"'", ""), Ct)).Output.ShouldBe("[a b][$HOME][`id`][\"'][]");

    [Fact]
    public async Task Run_Input_IsRead() => (await ProcessRunner.RunAsync(Command.Of("cat"), Ct, "hello")).Output.ShouldBe("hello");

    [Fact]
    public async Task Run_ProgramThatDoesNotReadItsInput_IsNoFailure() =>
        (await ProcessRunner.RunAsync(Command.Of("true"), Ct, new string('x', 1_000_000))).Succeeded.ShouldBeTrue();

    [Fact]
    public async Task Run_OutputPastTheLimit_IsCutAndTheProgramStillEnds()
    {
        var result = await ProcessRunner.RunAsync(Command.Of("head", "-c", "3000000", "/dev/zero"), Ct);
        result.Succeeded.ShouldBeTrue();
        result.Output.Length.ShouldBe(ProcessRunner.OutputLimit);
    }

    [Fact]
    public async Task Run_ClearEnvironment_OnlyWhatWasGiven()
    {
        var command = Command.Of("/usr/bin/env") with { ClearEnvironment = true, Environment = ImmutableDictionary<string, string?>.Empty.Add("A", "b") };
        (await ProcessRunner.RunAsync(command, Ct)).Output.ShouldBe("A=b\n");
    }

    [Fact]
    public async Task Run_Cancelled_KillsTheProgram()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var running = ProcessRunner.RunAsync(Command.Of("sleep", "600"), cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task RunChecked_Failure_SaysWhatRanAndWhatItSaid()
    {
        var e = await Should.ThrowAsync<CommandFailedException>(ProcessRunner.RunCheckedAsync(Command.Of("sh", "-c", "echo reason >&2; exit 4"), Ct));
        e.Message.ShouldBe("sh -c echo reason >&2; exit 4 ended with status 4: reason");
        e.Result.Status.ShouldBe(4);
    }
}
