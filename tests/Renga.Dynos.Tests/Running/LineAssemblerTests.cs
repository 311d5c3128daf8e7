using System.Text;
using Renga.Dynos.Running;

namespace Renga.Dynos.Tests.Running;

public class LineAssemblerTests
{
    private readonly List<string> _lines = [];

    [Fact]
    public void Add_Pieces_AreJoined()
    {
        var lines = new LineAssembler(100);
        lines.Add("one "u8, endsLine: false, _lines.Add);
        lines.HasPart.ShouldBeTrue();
        lines.Add("line\r\n"u8, endsLine: true, _lines.Add);
        lines.Add([], endsLine: true, _lines.Add);
        _lines.ShouldBe(["one line", ""]);
        lines.HasPart.ShouldBeFalse();
    }

    [Fact]
    public void Add_LongLine_IsSplitAtTheLimit()
    {
        var lines = new LineAssembler(10_000);
        lines.Add(Encoding.ASCII.GetBytes(new string('x', 25_000)), endsLine: true, _lines.Add);
        _lines.Select(static l => l.Length).ShouldBe([10_000, 10_000, 5_000]);
    }

    [Fact]
    public void Add_LongLineOfWideCharacters_IsNotCutInsideOne()
    {
        var lines = new LineAssembler(100);
        var text = string.Concat(Enumerable.Repeat("é€😀", 50));
        foreach (var piece in Encoding.UTF8.GetBytes(text).Chunk(7))
            lines.Add(piece, endsLine: false, _lines.Add);
        lines.Flush(_lines.Add);
        string.Concat(_lines).ShouldBe(text);
        _lines.ShouldAllBe(static l => Encoding.UTF8.GetByteCount(l) <= 100);
    }

    [Fact]
    public void Add_InvalidBytes_BecomeReplacementCharacters()
    {
        var lines = new LineAssembler(100);
        lines.Add([0x61, 0xFF, 0x00, 0x62], endsLine: true, _lines.Add);
        lines.Add(Enumerable.Repeat((byte)0x80, 300).ToArray(), endsLine: true, _lines.Add);
        _lines[0].ShouldBe("a\uFFFD\0b");
        string.Concat(_lines.Skip(1)).Length.ShouldBe(300);
    }
}
