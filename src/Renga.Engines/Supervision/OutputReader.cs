using System.Runtime.CompilerServices;
using Renga.Engines.Native;

namespace Renga.Engines.Supervision;

/// <summary>Reads a dyno's output as it is written, from a position on, across the supervisor's files.</summary>
internal sealed class OutputReader(OutputFiles files, FileWatch watch, Func<Task> armExit, Func<bool> hasExited)
{
    private const int BufferSize = 64 * 1024;
    private readonly byte[] _buffer = new byte[BufferSize];

    /// <summary>
    /// 1. Read what is there, and hand out whole records.
    /// 2. At the end of a file that the supervisor has given up, go on in the next one.
    /// 3. At the end of the last file: done if the dyno had exited before we looked, otherwise wait for the file to change.
    /// </summary>
    public async IAsyncEnumerable<DynoOutput> ReadAsync(long position, [EnumeratorCancellation] CancellationToken ct)
    {
        files.Adopt();
        var part = files.Find(position);
        if (part is null)
            yield break;
        var handle = File.OpenHandle(part.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            var at = Math.Max(position, part.Start);
            var kept = 0;
            while (true)
            {
                ct.ThrowIfCancellationRequested();
                var ended = armExit();
                var exited = hasExited();
                var changed = watch.Arm(part.Path, Libc.InModify | Libc.InAttributes);

                // 1.
                var read = 0;
                while ((read = RandomAccess.Read(handle, _buffer.AsSpan(kept), at - part.Start + kept)) > 0)
                {
                    kept += read;
                    var used = 0;
                    while (_buffer.AsSpan(used, kept - used).IndexOf((byte)'\n') is >= 0 and var length)
                    {
                        var record = OutputRecord.Parse(_buffer.AsSpan(used, length));
                        var text = _buffer.AsMemory(used, length)[(record?.TextStart ?? length)..];
                        used += length + 1;
                        at += length + 1;
                        if (record is { } whole)
                            yield return new DynoOutput(at, whole.Time, whole.IsError, text, whole.EndsLine);
                    }

                    if (used == 0 && kept == BufferSize)
                    {
                        // No record is this long: the file is damaged here, so go on at the next line.
                        at += kept;
                        used = kept;
                    }

                    _buffer.AsSpan(used, kept - used).CopyTo(_buffer);
                    kept -= used;
                }

                // 2.
                if (files.After(part) is { } next)
                {
                    if (RandomAccess.GetLength(handle) > at - part.Start + kept)
                        continue;
                    handle.Dispose();
                    part = next;
                    handle = File.OpenHandle(part.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                    at = part.Start;
                    kept = 0;
                    continue;
                }

                // 3.
                if (exited)
                    yield break;
                await watch.WaitAsync(Task.WhenAny(changed, ended), ct);
            }
        }
        finally
        {
            handle.Dispose();
        }
    }
}
