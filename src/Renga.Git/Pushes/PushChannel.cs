using System.Globalization;
using System.Text;
using Renga.Model.Builds;
using Renga.Processes;

namespace Renga.Git.Pushes;

/// <summary>
/// Our side of the two named pipes that the hook of one push talks over (see <c>pre-receive.sh</c>). Opened both ways, an end never blocks and never sees the other
/// end close; so once the hook has asked, the answer is reopened for writing only, and a hook that dies is noticed.
/// </summary>
internal sealed class PushChannel : IBuildOutput, IAsyncDisposable
{
    private readonly string _folder;
    private readonly FileStream _question;
    private readonly StreamReader _reader;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private FileStream _answer;
    private bool _hookGone;

    private PushChannel(string folder)
    {
        _folder = folder;
        _question = Open("question", FileAccess.ReadWrite);
        _reader = new StreamReader(_question, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        _answer = Open("answer", FileAccess.ReadWrite);
    }

    public static async Task<PushChannel> CreateAsync(string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await ProcessRunner.RunCheckedAsync(Command.Of("mkfifo", "-m", "600", Path.Combine(folder, "question"), Path.Combine(folder, "answer")), ct);
        return new PushChannel(folder);
    }

    /// <summary>Waits for the hook; null when <see cref="Unblock"/> came first.</summary>
    public async Task<PushQuestion?> ReadQuestionAsync()
    {
        // Reading a pipe blocks a thread, so it is one of the pool's and not the caller's.
        var question = await Task.Run(() => PushQuestion.ReadAsync(_reader));
        if (question is null)
            return null;
        var both = _answer;
        _answer = Open("answer", FileAccess.Write);
        await both.DisposeAsync();
        return question;
    }

    /// <summary>git has ended without running the hook: nobody will ask.</summary>
    public void Unblock() => _question.Write("end\n"u8);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _writing.WaitAsync();
        try
        {
            if (!_hookGone)
                await _answer.WriteAsync(bytes);
        }
        catch (IOException)
        {
            _hookGone = true;
        }
        finally
        {
            _writing.Release();
        }
    }

    public ValueTask WriteLineAsync(string line) => WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Lets the hook end: with 0 git accepts the push.</summary>
    public async Task CloseAsync(int verdict)
    {
        var path = Path.Combine(_folder, "verdict");
        await File.WriteAllTextAsync(path + ".new", verdict.ToString(CultureInfo.InvariantCulture) + "\n");
        File.Move(path + ".new", path);
        await _answer.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _answer.DisposeAsync();
        _reader.Dispose();
        await _question.DisposeAsync();
        _writing.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private FileStream Open(string name, FileAccess access) =>
        new(Path.Combine(_folder, name), FileMode.Open, access, FileShare.ReadWrite, bufferSize: 0);
}
