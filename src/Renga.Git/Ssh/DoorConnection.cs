using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;

namespace Renga.Git.Ssh;

/// <summary>Our side of one connection of <c>door.pl</c>, whose head describes the bytes. One writer at a time.</summary>
internal sealed class DoorConnection(Socket socket) : IAsyncDisposable
{
    private const int MaxWords = 64 * 1024;
    private const int MaxFrame = 64 * 1024;
    private const int FrameHead = 5;

    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly Pipe _input = new();
    private readonly CancellationTokenSource _gone = new();

    /// <summary>Cancelled when the other side has gone away, or <see cref="ReceiveAsync"/> has been ended.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>What the client sends, from <see cref="ReceiveAsync"/>.</summary>
    public Stream Input => _input.Reader.AsStream();

    /// <summary>The next word; null when the other side has gone or is none of ours.</summary>
    public async Task<string?> ReadWordAsync(CancellationToken ct)
    {
        var word = new MemoryStream();
        var one = new byte[1];
        while (word.Length < MaxWords && await _stream.ReadAsync(one, ct) == 1)
        {
            if (one[0] == 0)
                return Encoding.UTF8.GetString(word.GetBuffer(), 0, (int)word.Length);
            word.WriteByte(one[0]);
        }

        return null;
    }

    /// <summary>Takes in frames until the other side goes away.</summary>
    public async Task ReceiveAsync(CancellationToken ct)
    {
        try
        {
            var head = new byte[FrameHead];
            while (await _stream.ReadAtLeastAsync(head, FrameHead, throwOnEndOfStream: false, ct) == FrameHead)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1));
                if (length is < 0 or > MaxFrame)
                    return;
                await _stream.ReadExactlyAsync(_input.Writer.GetMemory(length)[..length], ct);
                _input.Writer.Advance(length);
                if (head[0] == 'z')
                    await _input.Writer.CompleteAsync();
                else
                    await _input.Writer.FlushAsync(ct);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // Gone, or ended by us.
        }
        finally
        {
            await _input.Writer.CompleteAsync();
            await _gone.CancelAsync();
        }
    }

    public Task WriteLineAsync(char kind, string line, CancellationToken ct) => WriteAsync(kind, Encoding.UTF8.GetBytes(line + "\n"), ct);

    public async Task WriteAsync(char kind, ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        var frame = new byte[FrameHead + data.Length];
        frame[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), data.Length);
        data.CopyTo(frame.AsMemory(FrameHead));
        await _stream.WriteAsync(frame, ct);
    }

    /// <summary>The last frame: lets the door end with this status.</summary>
    public Task EndAsync(int status, CancellationToken ct) => WriteAsync('x', new[] { (byte)status }, ct);

    /// <summary>For a program's output.</summary>
    public Stream Output() => new OutputStream(this);

    public async ValueTask DisposeAsync()
    {
        await _input.Reader.CompleteAsync();
        await _stream.DisposeAsync();
        _gone.Dispose();
    }

    private sealed class OutputStream(DoorConnection door) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                await door.WriteAsync('o', buffer, cancellationToken);
            }
            catch (IOException e)
            {
                // Nobody reads any more: as when a caller gives up.
                await door._gone.CancelAsync();
                throw new OperationCanceledException(e.Message, e, door.Gone);
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
            // Every write is a frame of its own.
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
