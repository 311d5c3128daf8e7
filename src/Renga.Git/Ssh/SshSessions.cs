using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Renga.Git.Commands;
using Renga.Git.Http;
using Renga.Git.Pushes;
using Renga.Model;
using Renga.Model.Access;
using Renga.Processes;

namespace Renga.Git.Ssh;

/// <summary>Answers the door: whose key is this, and what does its holder want?</summary>
internal sealed class SshSessions(SshFiles files, IGatekeeper gatekeeper, GitAccess access, PushSessions pushes, ILogger<SshSessions> logger)
{
    /// <summary>How long sshd's child may take to say what it wants.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long git may take to clean up when the client has gone.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public async Task AnswerAsync(Socket socket, CancellationToken stopping)
    {
        await using var door = new DoorConnection(socket);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            patience.CancelAfter(Patience);
            switch (await door.ReadWordAsync(patience.Token))
            {
                case "key" when await door.ReadWordAsync(patience.Token) is { } type && await door.ReadWordAsync(patience.Token) is { } base64:
                    await TellKeyAsync(door, type, base64, patience.Token);
                    break;
                case "session" when await door.ReadWordAsync(patience.Token) is { } fingerprint
                    && await door.ReadWordAsync(patience.Token) is { } command && await door.ReadWordAsync(patience.Token) is { } protocol:
                    await RunAsync(door, fingerprint, command, protocol, stopping);
                    break;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The other side has gone, or was too slow, or we stop.
        }
        catch (Exception e)
        {
            logger.SshSessionFailed(e);
        }
    }

    /// <summary>The line for sshd; nothing when the key is nobody's.</summary>
    private async Task TellKeyAsync(DoorConnection door, string type, string base64, CancellationToken ct)
    {
        var fingerprint = $"SHA256:{Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(base64))).TrimEnd('=')}";
        if ((await gatekeeper.AuthenticateKeyAsync(fingerprint, ct)).Refusal is null)
            await door.WriteAsync('o', System.Text.Encoding.ASCII.GetBytes(SshdConfig.KeyLine(files, type, base64, fingerprint)), ct);
        await door.EndAsync(0, ct);
    }

    /// <summary>1. Who, what, which app? 2. Take in what the client sends, and notice when it goes. 3. The same flow as over HTTP. 4. Say how it ended.</summary>
    private async Task RunAsync(DoorConnection door, string fingerprint, string text, string protocol, CancellationToken stopping)
    {
        // 1.
        if (!(await AdmitAsync(fingerprint, text, stopping)).TryGet(out var admitted, out var refusal))
        {
            await door.WriteLineAsync('e', $" !     {refusal.Message}", stopping);
            await door.EndAsync(1, stopping);
            return;
        }

        // 2.
        using var ended = new CancellationTokenSource();
        var receiving = door.ReceiveAsync(ended.Token);
        try
        {
            // 3.
            var result = await RunGitAsync(door, admitted.Line, admitted.Grant, protocol, stopping);

            // 4.
            if (result.Error.Length > 0)
                await door.WriteLineAsync('e', result.Error, CancellationToken.None);
            await door.EndAsync(result.Status, CancellationToken.None);
        }
        finally
        {
            await ended.CancelAsync();
            await receiving;
        }
    }

    private async Task<CommandResult> RunGitAsync(DoorConnection door, SshCommandLine line, GitGrant grant, string protocol, CancellationToken stopping)
    {
        using var session = CancellationTokenSource.CreateLinkedTokenSource(stopping, door.Gone);
        await using var output = door.Output();
        try
        {
            return line.IsPush
                ? await pushes.RunAsync(grant, door.Input, output, GitTransport.Connection, session.Token)
                : await GitPipe.RunAsync(GitCommands.UploadPack(grant.Repository, GitMessages.Protocol(protocol), GitTransport.Connection), door.Input, output, session.Token, Grace);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return new CommandResult(1, "", " !     The platform is stopping. Nothing was changed; try again in a moment.");
        }
    }

    private async Task<Result<(SshCommandLine Line, GitGrant Grant)>> AdmitAsync(string fingerprint, string text, CancellationToken ct)
    {
        if (!(await gatekeeper.AuthenticateKeyAsync(fingerprint, ct)).TryGet(out var account, out _))
            return Refusal.Forbidden("Your key was removed from its account. Add it again: heroku keys:add");
        if (!SshCommandLine.Parse(text, account.Email).TryGet(out var line, out var refusal))
            return refusal;
        return (await access.GrantAsync(account, line.App, ct)).TryGet(out var grant, out refusal) ? (line, grant) : refusal;
    }
}
