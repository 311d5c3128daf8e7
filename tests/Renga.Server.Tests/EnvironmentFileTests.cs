using Renga.Processes;
using Renga.Server.Configuration;
using Renga.Server.FirstRun;
using Renga.Testing;

namespace Renga.Server.Tests;

public sealed class EnvironmentFileTests
{
    private static readonly ServerOptions Options = new() { DataFolder = "/data", ApiPort = 6000 };
    private static readonly KnownAccount Account = new("a@b.example", "pass word", "HRKU-x");

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        using var folder = new TemporaryFolder();
        EnvironmentFile.Read(folder["env.sh"]).ShouldBeNull();
        EnvironmentFile.Write(folder["env.sh"], Options, Account, "/bundle.pem");
        EnvironmentFile.Read(folder["env.sh"]).ShouldBe(Account);
        File.GetUnixFileMode(folder["env.sh"]).ShouldBe(PrivateFile.Private);
    }

    [Fact]
    public async Task Render_SourcedByAShell_FencesTheCommandLineToThisMachine()
    {
        using var folder = new TemporaryFolder();
        EnvironmentFile.Write(folder["env.sh"], Options, Account, "/it's/bundle.pem");
        var shell = Command.Of("/bin/sh", "-c", ". \"$1\" && env", "sh", folder["env.sh"]) with { ClearEnvironment = true };
        var lines = (await ProcessRunner.RunCheckedAsync(shell, TestContext.Current.CancellationToken)).Output.Split('\n');
        lines.ShouldContain("HEROKU_HOST=http://127.0.0.1:6000");
        lines.ShouldContain("HEROKU_API_KEY=HRKU-x");
        lines.ShouldContain("HEROKU_GIT_HOST=localhost:6001");
        lines.ShouldContain("NODE_EXTRA_CA_CERTS=/it's/bundle.pem");
        lines.ShouldContain("DISABLE_TELEMETRY=true");
        lines.Where(static l => l.StartsWith("HEROKU_", StringComparison.Ordinal) && l.Contains("://", StringComparison.Ordinal))
            .ShouldAllBe(static l => l.Contains("://127.0.0.1:", StringComparison.Ordinal) || l.Contains("://localhost:", StringComparison.Ordinal));
    }
}
