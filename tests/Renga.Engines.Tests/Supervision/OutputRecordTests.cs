using System.Text;
using Renga.Engines.Supervision;

namespace Renga.Engines.Tests.Supervision;

public sealed class OutputRecordTests
{
    [Fact]
    public void Parse_WholeLine_TimeStreamAndText()
    {
        var bytes = "2026-11-21T11:45:20.828890272+01:00 stderr F some text"u8;
        var record = OutputRecord.Parse(bytes).ShouldNotBeNull();
        record.Time.ShouldBe(new DateTimeOffset(2026, 11, 21, 10, 45, 20, TimeSpan.Zero).AddTicks(8288902));
        record.IsError.ShouldBeTrue();
        record.EndsLine.ShouldBeTrue();
        Encoding.UTF8.GetString(bytes[record.TextStart..]).ShouldBe("some text");
    }

    [Fact]
    public void Parse_PartOfALine_GoesOn() =>
        OutputRecord.Parse("2026-11-21T11:45:20.828890272-05:30 stdout P x"u8).ShouldNotBeNull().EndsLine.ShouldBeFalse();

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-21T11:45:20.828890272+00:00 stdout F")]
    [InlineData("2026-13-21T11:45:20.828890272+00:00 stdout F x")]
    [InlineData("2026-02-30T11:45:20.828890272+00:00 stdout F x")]
    [InlineData("2026-11-21T11:45:20.82889x272+00:00 stdout F x")]
    [InlineData("2026-11-21T11:45:20.828890272+00:00 stdin_ F x")]
    [InlineData("2026-11-21T11:45:20.828890272+00:00 stdout X x")]
    [InlineData("rubbish rubbish rubbish rubbish rubbish rubbish rubbish")]
    public void Parse_SomethingElse_Null(string text) => OutputRecord.Parse(Encoding.UTF8.GetBytes(text)).ShouldBeNull();
}
