using Renga.Model.Config;

namespace Renga.Model.Tests.Config;

public sealed class ConfigVarsTests
{
    [Fact]
    public void Apply_SetsReplacesAndRemoves()
    {
        var first = ConfigVars.Apply(ConfigVars.Empty, new Dictionary<string, string?> { ["A"] = "1", ["B"] = "2" }).Value;
        var second = ConfigVars.Apply(first, new Dictionary<string, string?> { ["A"] = "x", ["B"] = null, ["C"] = "", ["GONE"] = null }).Value;

        first.ShouldBe(new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" }, ignoreOrder: true);
        second.ShouldBe(new Dictionary<string, string> { ["A"] = "x", ["C"] = "" }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("line one\nline two\r\n")]
    [InlineData("quotes \" and ' and `")]
    [InlineData("$HOME $(id) ${X}")]
    [InlineData("\\n \\\\ \t")]
    [InlineData("日本語 😀")]
    [InlineData("=starts with equals")]
    [InlineData("  spaces  ")]
    [InlineData("-----BEGIN KEY-----\nabc\n-----END KEY-----\n")]
    public void Apply_OddValue_IsKeptToTheByte(string value) =>
        ConfigVars.Apply(ConfigVars.Empty, new Dictionary<string, string?> { ["KEY"] = value }).Value["KEY"].ShouldBe(value);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("A B")]
    [InlineData("A=B")]
    [InlineData("A\n")]
    [InlineData("A\0B")]
    [InlineData("\u00A0")]
    public void Apply_BadName_ChangesNothing(string name)
    {
        var result = ConfigVars.Apply(ConfigVars.Empty, new Dictionary<string, string?> { ["GOOD"] = "1", [name] = "2" });

        result.Refusal!.Kind.ShouldBe(RefusalKind.Invalid);
        result.Refusal.Message.ShouldContain("must not be empty or contain");
    }

    [Theory]
    [InlineData("KEY")]
    [InlineData("key")]
    [InlineData("_x")]
    [InlineData("0")]
    [InlineData("A.B-C")]
    [InlineData("ÄÖ")]
    public void IsValidName_WhatAnEnvironmentCanHold_Is(string name) => ConfigVars.IsValidName(name).ShouldBeTrue();

    [Fact]
    public void Apply_NulInAValue_IsRefusedByName() =>
        ConfigVars.Apply(ConfigVars.Empty, new Dictionary<string, string?> { ["K"] = "a\0b" }).Refusal!.Message.ShouldContain("config var K contains a NUL");

    [Fact]
    public void Apply_ManyProblems_TellsAll()
    {
        var message = ConfigVars.Apply(ConfigVars.Empty, new Dictionary<string, string?> { ["A B"] = "1", ["K"] = "\0", ["BIG"] = new string('x', 70_000) }).Refusal!.Message;

        message.ShouldContain("\"A B\"");
        message.ShouldContain("NUL");
        message.ShouldContain("65536");
    }

    [Fact]
    public void Apply_UpTo64KbOfNamesAndValues_Fits()
    {
        var name = "KEY";
        ConfigVars.Apply(ConfigVars.Empty, new Dictionary<string, string?> { [name] = new string('x', ConfigVars.MaxTotalBytes - name.Length) }).Refusal.ShouldBeNull();
        ConfigVars.Apply(ConfigVars.Empty, new Dictionary<string, string?> { [name] = new string('x', ConfigVars.MaxTotalBytes - name.Length + 1) }).Refusal!.Message.ShouldContain("65537 bytes");
    }

    [Fact]
    public void Apply_SizeIsOfTheResultInUtf8()
    {
        var full = ConfigVars.Apply(ConfigVars.Empty, new Dictionary<string, string?> { ["A"] = new string('x', 60_000) }).Value;

        ConfigVars.Apply(full, new Dictionary<string, string?> { ["A"] = null, ["B"] = new string('y', 60_000) }).Refusal.ShouldBeNull();
        ConfigVars.Apply(full, new Dictionary<string, string?> { ["B"] = new string('é', 3_000) }).Refusal.ShouldNotBeNull();
    }

    [Fact]
    public void Apply_LongBadName_IsShortenedInTheMessage() =>
        ConfigVars.Apply(ConfigVars.Empty, new Dictionary<string, string?> { [new string('x', 5000)] = "1" }).Refusal!.Message.Length.ShouldBeLessThan(200);

    [Fact]
    public void Names_DifferByCase()
    {
        var vars = ConfigVars.Apply(ConfigVars.Empty, new Dictionary<string, string?> { ["a"] = "1", ["A"] = "2" }).Value;

        vars.Count.ShouldBe(2);
    }
}
