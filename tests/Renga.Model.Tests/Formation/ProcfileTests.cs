using Renga.Model.Formation;

namespace Renga.Model.Tests.Formation;

public sealed class ProcfileTests
{
    [Theory]
    [InlineData("web: node index.js", "web=node index.js")]
    [InlineData("web: a\nworker: b", "web=a|worker=b")]
    [InlineData("worker: b\nweb: a\n", "web=a|worker=b")]
    [InlineData("web:a", "web=a")]
    [InlineData("web:    a  ", "web=a")]
    [InlineData("\tweb: a\t", "web=a")]
    [InlineData("web: a: b: c", "web=a: b: c")]
    [InlineData("web: bash -c 'echo \"$PORT\" # not a comment'", "web=bash -c 'echo \"$PORT\" # not a comment'")]
    [InlineData("# comment\n\n  # another\nweb: a", "web=a")]
    [InlineData("web: a\r\nworker: b\r\n", "web=a|worker=b")]
    [InlineData("web: a\rworker: b", "web=a|worker=b")]
    [InlineData("\uFEFFweb: a", "web=a")]
    [InlineData("web: first\nweb: last", "web=last")]
    [InlineData("My_Type-2: x", "My_Type-2=x")]
    [InlineData("release: ./migrate", "release=./migrate")]
    [InlineData("web: café ☕", "web=café ☕")]
    [InlineData("", "")]
    [InlineData("\n\n\n", "")]
    [InlineData("# only a comment", "")]
    public void Parse_Good_IsTheProcessTypes(string text, string expected) =>
        string.Join('|', Procfile.Parse(text).Value.Select(static t => $"{t.Key}={t.Value}")).ShouldBe(expected);

    [Theory]
    [InlineData("web node index.js", "line 1")]
    [InlineData("web:", "line 1")]
    [InlineData("web:   ", "line 1")]
    [InlineData(": node", "line 1")]
    [InlineData("we b: node", "line 1")]
    [InlineData("web.1: node", "line 1")]
    [InlineData("../x: node", "line 1")]
    [InlineData("wéb: node", "line 1")]
    [InlineData("web: a\nnonsense\nworker: b\nmore nonsense", "line 2: expected \"type: command\", found \"nonsense\"; line 4")]
    [InlineData("<<<<<<< HEAD\nweb: a", "line 1")]
    [InlineData("{\"web\": \"node\"}", "line 1")]
    public void Parse_Bad_SaysWhichLine(string text, string reason)
    {
        Procfile.Parse(text).TryGet(out _, out var refusal).ShouldBeFalse();
        refusal!.Message.ShouldStartWith("Procfile: ");
        refusal.Message.ShouldContain(reason);
    }

    [Fact]
    public void Parse_TypeNameOfMoreThan128_IsRefusedInAShortMessage()
    {
        Procfile.Parse($"{new string('a', 128)}: x").Value.Count.ShouldBe(1);
        Procfile.Parse($"{new string('a', 129)}: x").Refusal!.Message.Length.ShouldBeLessThan(200);
    }

    [Fact]
    public void Parse_LongCommand_IsKeptWhole() => Procfile.Parse($"web: {new string('x', 100_000)}").Value["web"].Length.ShouldBe(100_000);
}
