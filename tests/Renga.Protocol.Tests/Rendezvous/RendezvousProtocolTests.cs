using System.Text;
using Renga.Protocol.Rendezvous;

namespace Renga.Protocol.Tests.Rendezvous;

public class RendezvousProtocolTests
{
    [Theory]
    [InlineData("abc123\r\n", "abc123")]
    [InlineData("abc123\n", "abc123")]
    [InlineData("abc123?x=1&y=2\r\n", "abc123")]
    [InlineData("\r\n", null)]
    [InlineData("?x\r\n", null)]
    [InlineData("GET / HTTP/1.1\r\n", null)]
    [InlineData("../secret\r\n", null)]
    public void ParseSecret_FirstLine_IsSecretOrNull(string line, string? secret) =>
        RendezvousProtocol.ParseSecret(Encoding.UTF8.GetBytes(line)).ShouldBe(secret);

    [Fact]
    public void NewSecret_Has256BitsAndParses()
    {
        var secret = RendezvousProtocol.NewSecret();
        secret.Length.ShouldBe(64);
        secret.ShouldNotBe(RendezvousProtocol.NewSecret());
        RendezvousProtocol.ParseSecret(Encoding.ASCII.GetBytes(secret)).ShouldBe(secret);
        RendezvousProtocol.Url("runs.example.com", 5002, secret).ShouldBe($"rendezvous://runs.example.com:5002/{secret}");
    }
}
