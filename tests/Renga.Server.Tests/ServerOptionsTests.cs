using Renga.Server.Configuration;

namespace Renga.Server.Tests;

public sealed class ServerOptionsTests
{
    private static readonly ServerOptions Good = new() { DataFolder = "/data" };

    [Fact]
    public void Problems_Defaults_None() => Good.Problems().ShouldBeEmpty();

    [Fact]
    public void Problems_SeveralMistakes_AllAreTold()
    {
        var problems = (Good with { ApiPort = 0, RouterPort = 70000, Domain = "not a name", Engine = "docker", Email = "nobody" }).Problems();
        problems.Count.ShouldBe(5);
        problems.ShouldContain(p => p.Contains("--api-port 0", StringComparison.Ordinal));
        problems.ShouldContain(p => p.Contains("--engine docker", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(5001)]
    [InlineData(5002)]
    public void Problems_RouterOnAPortOfTheApi_IsRefused(int port) =>
        (Good with { RouterPort = port }).Problems().ShouldHaveSingleItem().ShouldContain("choose another");

    [Fact]
    public void SshPort_IsTheThirdAfterTheApis_OrAsGiven()
    {
        (Good.SshPort, (Good with { ApiPort = 6000 }).SshPort, (Good with { SshPortGiven = 2222 }).SshPort, (Good with { SshPortGiven = 0 }).SshPort).ShouldBe((5003, 6003, 2222, 0));
        (Good with { SshPortGiven = 0 }).Problems().ShouldBeEmpty();
        (Good with { RouterPort = 5003, SshPortGiven = 0 }).Problems().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65536)]
    [InlineData(5001)]
    [InlineData(8080)]
    public void Problems_SshPortThatCannotBe_IsRefused(int port) =>
        (Good with { SshPortGiven = port }).Problems().ShouldHaveSingleItem().ShouldContain("--ssh-port");

    [Theory]
    [InlineData("all", Roles.All)]
    [InlineData("control", Roles.Control)]
    [InlineData("router", Roles.Router)]
    [InlineData("api,git,builds,dynos,logs", Roles.Control)]
    [InlineData("Router, Control", Roles.All)]
    internal void Roles_KnownWords_AreUnderstood(string text, Roles expected)
    {
        RolesParser.Parse(text).Value.ShouldBe(expected);
        expected.Check().ShouldBeNull();
    }

    [Theory]
    [InlineData("web")]
    [InlineData("none")]
    [InlineData("32")]
    public void Roles_UnknownWord_IsRefusedByName(string text) =>
        RolesParser.Parse(text).Refusal!.Message.ShouldContain($"no role \"{text}\"");

    [Fact]
    public void Roles_PartOfTheControlSide_IsRefused() =>
        (Good with { Roles = RolesParser.Parse("router,logs").Value }).Problems().ShouldHaveSingleItem().ShouldContain("one process");
}
