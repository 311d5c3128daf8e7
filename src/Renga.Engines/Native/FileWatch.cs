using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Renga.Engines.Native;

/// <summary>
/// Waits for changes of files with one inotify instance for the whole engine. A thread of its own owns the kernel's queue and only completes tasks.
/// Where the kernel refuses (its limits are per user), waiting falls back to a short poll, so it is slower and never wrong.
/// </summary>
internal sealed class FileWatch : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SafetyPoll = TimeSpan.FromSeconds(1);
    private readonly TimeProvider _time;
    private readonly SafeFileHandle? _queue;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, TaskCompletionSource> _waiting = [];
    private volatile bool _disposed;

    public FileWatch(TimeProvider time)
    {
        _time = time;
        var queue = Libc.InotifyInit(Libc.CloseOnExec);
        if (queue < 0)
            return;
        _queue = new SafeFileHandle(queue, ownsHandle: true);
        new Thread(ReadEvents) { IsBackground = true, Name = "renga file watch" }.Start();
    }

    /// <summary>Arms a watch on a file or folder: the task completes at the next event. Look at the file after arming, then wait.</summary>
    public Task Arm(string path, uint mask)
    {
        if (_queue is null)
            return Task.Delay(Poll, _time);
        lock (_gate)
        {
            var watch = Libc.InotifyAdd(_queue, path, mask | Libc.InAddToMask);
            if (watch < 0)
                return Task.Delay(Poll, _time);
            ref var waiting = ref CollectionsMarshal.GetValueRefOrAddDefault(_waiting, watch, out _);
            waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return waiting.Task;
        }
    }

    /// <summary>Waits for an armed watch, or a second: whoever waits looks again, so an event that the kernel dropped costs a second and nothing else.</summary>
    public async Task WaitAsync(Task armed, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pause = Task.Delay(SafetyPoll, _time, limit.Token);
        await Task.WhenAny(armed, pause);
        await limit.CancelAsync();
        ct.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        // A container that knows the engine by several names disposes it as often.
        if (_disposed)
            return;
        _disposed = true;
        if (_queue is null)
            return;
        // The reading thread sits in the kernel; an event on a folder of ours wakes it, and it sees the flag.
        lock (_gate)
        {
            // It may have woken by itself, and be gone already.
            if (_queue.IsClosed)
                return;
            foreach (var watch in _waiting.Keys)
                _ = Libc.InotifyRemove(_queue, watch);
            var watched = Libc.InotifyAdd(_queue, "/proc/self", Libc.InAttributes);
            if (watched >= 0)
                _ = Libc.InotifyRemove(_queue, watched);
        }
    }

    private void ReadEvents()
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (!_disposed)
        {
            var read = (int)Libc.Read(_queue!, buffer, buffer.Length);
            for (var at = 0; at + 16 <= read;)
            {
                Complete(BinaryPrimitives.ReadInt32LittleEndian(buffer[at..]));
                at += 16 + BinaryPrimitives.ReadInt32LittleEndian(buffer[(at + 12)..]);
            }
        }

        lock (_gate)
            _queue!.Dispose();
    }

    private void Complete(int watch)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(watch, out var waiting))
                return;
            // Removed, so that a busy file costs nothing while nobody waits for it.
            if (!_disposed)
                _ = Libc.InotifyRemove(_queue!, watch);
            waiting.TrySetResult();
        }
    }
}
