using Renga.Model.Apps;

namespace Renga.Model.Tests.Apps;

public sealed class AppNameTests
{
    [Theory]
    [InlineData("abc")]
    [InlineData("a-b")]
    [InlineData("a00")]
    [InlineData("frozen-sierra-1234")]
    [InlineData("a--b")]
    [InlineData("a23456789012345678901234567890")]
    public void Parse_Good_IsTheName(string name)
    {
        AppName.IsValid(name).ShouldBeTrue();
        AppName.Parse(name).Value.ShouldBe(name);
    }

    [Theory]
    [InlineData(null, "blank")]
    [InlineData("", "blank")]
    [InlineData("ab", "too short")]
    [InlineData("a234567890123456789012345678901", "too long")]
    [InlineData("Abc", "must start with a letter")]
    [InlineData("1abc", "must start with a letter")]
    [InlineData("-abc", "must start with a letter")]
    [InlineData("abc-", "must start with a letter")]
    [InlineData("a_b", "must start with a letter")]
    [InlineData("a.b", "must start with a letter")]
    [InlineData("a b", "must start with a letter")]
    [InlineData("../etc", "must start with a letter")]
    [InlineData("abc\n", "must start with a letter")]
    [InlineData("\nabc", "must start with a letter")]
    [InlineData("abc\0", "must start with a letter")]
    [InlineData("äbc", "must start with a letter")]
    [InlineData("аbc", "must start with a letter")]
    [InlineData("a٣b", "must start with a letter")]
    [InlineData("$(id)", "must start with a letter")]
    [InlineData("a;rm", "must start with a letter")]
    public void Parse_Bad_SaysWhy(string? name, string reason)
    {
        AppName.IsValid(name).ShouldBeFalse();
        AppName.Parse(name).TryGet(out _, out var refusal).ShouldBeFalse();
        refusal!.Kind.ShouldBe(RefusalKind.Invalid);
        refusal.Message.ShouldContain(reason);
    }

    [Fact]
    public void Parse_HugeInput_AnswersShortly() => AppName.Parse(new string('a', 10_000_000)).Refusal!.Message.Length.ShouldBeLessThan(100);

    [Fact]
    public void Pattern_IsWhatTheRuleChecks()
    {
        foreach (var name in (string[])["abc", "a-b", "Abc", "ab", "abc-", "a23456789012345678901234567890", "a234567890123456789012345678901"])
            System.Text.RegularExpressions.Regex.IsMatch(name, AppName.Pattern).ShouldBe(AppName.IsValid(name), name);
    }
}
