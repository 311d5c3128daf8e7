using System.Text;
using Renga.Engines.Native;
using Renga.Engines.State;
using Renga.Engines.Supervision;
using Renga.Testing;

namespace Renga.Engines.Tests.Supervision;

/// <summary>The supervisor is played by the test: it writes records, and starts its file anew when it is full.</summary>
public sealed class OutputReaderTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly FileWatch _watch = new(TimeProvider.System);
    private readonly DynoFolder _folder;
    private readonly OutputFiles _files;
    private bool _exited;

    public OutputReaderTests()
    {
        _folder = new DynoFolder(_root.Path, Guid.CreateVersion7());
        _folder.Make();
        _files = new OutputFiles(_folder);
        File.WriteAllText(_folder.Output, "");
        _files.Adopt();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _watch.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task Read_FileStartedAnew_GoesOnInTheNewOneWithEndlessPositions()
    {
        Write("one", "two");
        StartAnew();
        Write("three");
        End();
        (await ReadAsync(0)).Select(static p => p.Text).ShouldBe(["one", "two", "three"]);
        (await ReadAsync(0)).Select(static p => p.Position).ShouldBeInOrder();
    }

    [Fact]
    public async Task Read_FromEveryPosition_GivesExactlyTheRest()
    {
        Write("one", "two");
        StartAnew(seenByReader: true);
        Write("three", "four");
        StartAnew(seenByReader: true);
        Write("five");
        End();
        var all = await ReadAsync(0);
        all.Count.ShouldBe(5);
        for (var i = 0; i < all.Count; i++)
            (await ReadAsync(all[i].Position)).Select(static p => p.Text).ShouldBe(all.Skip(i + 1).Select(static p => p.Text));
    }

    [Fact]
    public async Task Read_WhileWriting_HalfARecordIsWaitedFor()
    {
        Append("2026-11-21T11:45:20.828890272+00:00 stdout F ha");
        var reading = ReadAsync(0);
        Append("lf\n");
        End();
        (await reading).Select(static p => p.Text).ShouldBe(["half"]);
    }

    [Fact]
    public async Task Read_DamagedRecord_IsLeftOut()
    {
        Write("one");
        Append("rubbish\n");
        Write("two");
        End();
        (await ReadAsync(0)).Select(static p => p.Text).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task RemoveBefore_AcknowledgedFiles_AreGoneAndReadingGoesOn()
    {
        Write("one");
        StartAnew(seenByReader: true);
        Write("two");
        End();
        var all = await ReadAsync(0);
        _files.RemoveBefore(all[0].Position);
        Directory.EnumerateFiles(_folder.Path, "output.log.*").Select(Path.GetFileName).Where(static n => n != "output.log").Count().ShouldBe(1);
        (await ReadAsync(all[0].Position)).Select(static p => p.Text).ShouldBe(["two"]);
    }

    private async Task<List<(long Position, string Text)>> ReadAsync(long position)
    {
        var pieces = new List<(long, string)>();
        Task Exit() => _watch.Arm(_folder.ExitFolder, Libc.InCreate);
        await foreach (var piece in new OutputReader(_files, _watch, Exit, () => _exited).ReadAsync(position, Ct))
            pieces.Add((piece.Position, Encoding.UTF8.GetString(piece.Bytes.Span)));
        return pieces;
    }

    private void Write(params string[] lines)
    {
        foreach (var line in lines)
            Append($"2026-11-21T11:45:20.828890272+00:00 stdout F {line}\n");
    }

    private void Append(string text) => File.AppendAllText(_folder.Output, text);

    private void StartAnew(bool seenByReader = false)
    {
        File.WriteAllText(_folder.Output + ".tmp", "");
        File.Move(_folder.Output + ".tmp", _folder.Output, overwrite: true);
        if (seenByReader)
            _files.Adopt();
    }

    private void End()
    {
        _exited = true;
        File.WriteAllText(_folder.Exit, "0");
    }
}
