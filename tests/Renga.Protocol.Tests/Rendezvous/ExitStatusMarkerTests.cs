using System.Text;
using Renga.Protocol.Rendezvous;

namespace Renga.Protocol.Tests.Rendezvous;

public class ExitStatusMarkerTests
{
    private const string Line = "\uFFFF heroku-command-exit-status: 42\r\n";

    [Fact]
    public void NextPiece_PlainOutput_IsAllOfIt() => Split("hello\nworld").ShouldBe(["hello\nworld"]);

    [Fact]
    public void NextPiece_OutputThenMarker_KeepsTheLineWhole() => Split("bye\r\n" + Line + "after").ShouldBe(["bye\r\n", Line, "after"]);

    [Fact]
    public void NextPiece_MarkerCutAnywhere_WaitsForItsEnd()
    {
        var whole = Encoding.UTF8.GetBytes(Line);
        for (var length = 1; length < whole.Length - 1; length++)
            ExitStatusMarker.NextPiece(whole.AsSpan(0, length)).ShouldBe(0);
        ExitStatusMarker.NextPiece(whole).ShouldBe(whole.Length);
    }

    [Fact]
    public void NextPiece_NumberThatMayGoOn_Waits() => ExitStatusMarker.NextPiece(Encoding.UTF8.GetBytes("\uFFFF heroku-command-exit-status: 4")).ShouldBe(0);

    [Fact]
    public void NextPiece_LooksLikeMarkerAtTheEnd_HoldsOnlyThat() => ExitStatusMarker.NextPiece([.. "abc"u8, 0xEF, 0xBF]).ShouldBe(3);

    private static List<string> Split(string text)
    {
        var rest = Encoding.UTF8.GetBytes(text).AsSpan();
        var pieces = new List<string>();
        while (!rest.IsEmpty && ExitStatusMarker.NextPiece(rest) is var piece and > 0)
        {
            pieces.Add(Encoding.UTF8.GetString(rest[..piece]));
            rest = rest[piece..];
        }

        return pieces;
    }
}
