using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Renga.Processes;

namespace Renga.Git.Ssh;

/// <summary>
/// Keeps sshd running: when it ends it is started again, at first soon, then slower. It has a thread of its own that lives as long as it does: the kernel kills sshd
/// when the thread that started it is gone, also when this process was killed, so no listener is ever left behind.
/// </summary>
internal sealed class SshDaemon : IDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Command _command;
    private readonly ILogger _logger;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Lock _starting = new();
    private readonly Thread _thread;
    private Process? _process;

    public SshDaemon(Command command, ILogger logger)
    {
        (_command, _logger) = (command, logger);
        _thread = new Thread(Supervise) { IsBackground = true, Name = "sshd" };
        _thread.Start();
    }

    /// <summary>Ends sshd itself; connections that are open have processes of their own, which end with their sessions.</summary>
    public void Dispose()
    {
        lock (_starting)
        {
            _stop.Set();
            if (_process is { HasExited: false })
                _process.Kill();
        }

        _thread.Join();
        _process?.Dispose();
        _stop.Dispose();
    }

    private void Supervise()
    {
        var wait = FirstWait;
        while (true)
        {
            var started = Stopwatch.GetTimestamp();
            var last = "";
            lock (_starting)
            {
                if (_stop.IsSet)
                    return;
                _process?.Dispose();
                _process = ProcessRunner.Start(_command);
            }

            // Children keep the pipe open after sshd itself has ended, so its lines are read on the side.
            var reading = Task.Run(() => ReadAsync(_process.StandardError, line => last = line));
            _process.WaitForExit();
            if (_stop.IsSet)
                return;
            SpinWait.SpinUntil(() => reading.IsCompleted, FirstWait);
            wait = Stopwatch.GetElapsedTime(started) > LongestWait ? FirstWait : wait;
            _logger.SshEnded(_process.ExitCode, last, wait.TotalSeconds);
            _stop.Wait(wait);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private async Task ReadAsync(StreamReader reader, Action<string> keep)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            keep(line);
            _logger.SshSaid(line);
        }
    }
}
