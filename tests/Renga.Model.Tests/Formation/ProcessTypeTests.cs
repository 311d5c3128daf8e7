using Renga.Model.Formation;

namespace Renga.Model.Tests.Formation;

public sealed class ProcessTypeTests
{
    [Theory]
    [InlineData("web", true)]
    [InlineData("Worker_2-x", true)]
    [InlineData("-", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("web.1", false)]
    [InlineData("web\n", false)]
    [InlineData("w b", false)]
    [InlineData("../web", false)]
    [InlineData("wéb", false)]
    [InlineData("web]", false)]
    public void IsValid_FollowsTheRule(string? type, bool expected) => ProcessType.IsValid(type).ShouldBe(expected);

    [Fact]
    public void IsValid_HasALengthLimit()
    {
        ProcessType.IsValid(new string('a', 128)).ShouldBeTrue();
        ProcessType.IsValid(new string('a', 129)).ShouldBeFalse();
    }
}
