using System.Collections.Concurrent;
using System.ComponentModel;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renga.Processes;

namespace Renga.Git.Ssh;

/// <summary>
/// Git over SSH: our own sshd beside us, and the socket that its children talk to us over. Where this machine does not allow it, says so once, and the platform goes on
/// without. Owns the socket; the daemon's life is <see cref="SshDaemon"/>'s.
/// </summary>
internal sealed class SshServer(SshOptions options, SshFiles files, SshSessions sessions, TimeProvider time, ILogger<SshServer> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan AfterError = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, bool> _open = new();
    private SshDaemon? _daemon;
    private Task _accepting = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if ((files.Problem() ?? (await files.WriteAsync(cancellationToken))?.Message) is { } problem)
            {
                logger.SshOff(problem);
                return;
            }

            var hostKey = await ProcessRunner.RunCheckedAsync(SshCommands.FingerprintOf(files.HostKey + ".pub"), cancellationToken);
            _accepting = AcceptAsync(await files.ListenAsync(cancellationToken));
            _daemon = new SshDaemon(SshCommands.Run(files, files.UserId), logger);
            logger.SshOn(options.Address, options.Port, hostKey.Output.Split(' ')[1]);
        }
        catch (Exception e) when (e is CommandFailedException or IOException or UnauthorizedAccessException or SocketException or Win32Exception)
        {
            logger.SshOff(e.Message);
        }
    }

    /// <summary>No new connections first; then what is under way is told to end, and has what time the host gives.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _daemon?.Dispose();
        _daemon = null;
        await _stopping.CancelAsync();
        await _accepting;
        await Task.WhenAll(_open.Keys).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _daemon?.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync(Socket socket)
    {
        using (socket)
        {
            while (!_stopping.IsCancellationRequested)
            {
                try
                {
                    var session = sessions.AnswerAsync(await socket.AcceptAsync(_stopping.Token), _stopping.Token);
                    _open[session] = true;
                    _ = session.ContinueWith(ended => _open.TryRemove(ended, out _), TaskScheduler.Default);
                }
                catch (OperationCanceledException)
                {
                    // The loop's condition ends it.
                }
                catch (SocketException e)
                {
                    // Out of file descriptors, say: what is open will end.
                    logger.SshSessionFailed(e);
                    await Task.Delay(AfterError, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }
}
