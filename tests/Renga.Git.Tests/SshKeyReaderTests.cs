using System.Buffers.Binary;
using System.Text;
using Renga.Git.Keys;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Git.Tests;

public sealed class SshKeyReaderTests
{
    private static readonly SshKeyReader Reader = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ed25519", "")]
    [InlineData("rsa", "2048")]
    [InlineData("ecdsa", "256")]
    [InlineData("ecdsa", "521")]
    public async Task Key_ThatOpenSshMakes_IsTaken(string type, string bits)
    {
        using var folder = new TemporaryFolder();
        var text = await MakeAsync(folder, type, bits, "dev at home@laptop");

        var key = (await Reader.ReadAsync(text + "\r\n", Ct)).Value;

        key.Comment.ShouldBe("dev at home@laptop");
        $"{key.Type} {key.Base64} {key.Comment}".ShouldBe(text);
        (await ProcessRunner.RunCheckedAsync(Command.Of("ssh-keygen", "-l", "-f", folder["key.pub"]), Ct)).Output.ShouldContain(key.Fingerprint);
    }

    [Fact]
    public async Task Key_OnASecurityToken_IsTaken()
    {
        // Only its blob can be made without the token.
        var blob = Convert.ToBase64String([.. Field("sk-ssh-ed25519@openssh.com"u8), .. Field(new byte[32]), .. Field("ssh:"u8)]);
        (await Reader.ReadAsync($"sk-ssh-ed25519@openssh.com {blob}", Ct)).Value.Type.ShouldBe("sk-ssh-ed25519@openssh.com");
    }

    [Theory]
    [InlineData("", "The key is empty.")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n-----END OPENSSH PRIVATE KEY-----", "This is a private key.")]
    [InlineData("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----", "ssh-keygen -i -f FILE")]
    [InlineData("hello", "This is not a public key.")]
    [InlineData("ssh-ed25519 AAAA\nssh-ed25519 BBBB", "must be one line")]
    [InlineData("ssh-ed25519 not*base64 me", "is not base64")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me", "OpenSSH does not know this")]
    [InlineData("command=\"id\" ssh-ed25519 AAAA", "This is not a public key.")]
    [InlineData("ssh-ed25519-cert-v01@openssh.com AAAA", "This is a certificate.")]
    public async Task Text_ThatIsNoKey_IsRefusedWithAReason(string text, string reason) =>
        (await Reader.ReadAsync(text, Ct)).Refusal.ShouldNotBeNull().Message.ShouldContain(reason);

    [Theory]
    [InlineData("rsa", "1024", "must have 2048 bits or more; this one has 1024")]
    public async Task Key_ThatIsWeak_IsRefused(string type, string bits, string reason)
    {
        using var folder = new TemporaryFolder();
        (await Reader.ReadAsync(await MakeAsync(folder, type, bits, "x"), Ct)).Refusal.ShouldNotBeNull().Message.ShouldContain(reason);
    }

    [Fact]
    public async Task Key_OfAnotherTypeThanItSays_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var text = await MakeAsync(folder, "ed25519", "", "x");
        (await Reader.ReadAsync(text.Replace("ssh-ed25519 ", "ssh-rsa ", StringComparison.Ordinal), Ct)).Refusal.ShouldNotBeNull();
    }

    private static async Task<string> MakeAsync(TemporaryFolder folder, string type, string bits, string comment)
    {
        string[] size = bits.Length > 0 ? ["-b", bits] : [];
        await ProcessRunner.RunCheckedAsync(Command.Of("ssh-keygen", ["-q", "-t", type, .. size, "-N", "", "-C", comment, "-f", folder["key"]]), Ct);
        return (await File.ReadAllTextAsync(folder["key.pub"], Encoding.UTF8, Ct)).Trim();
    }

    private static byte[] Field(ReadOnlySpan<byte> data)
    {
        var field = new byte[4 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(field, data.Length);
        data.CopyTo(field.AsSpan(4));
        return field;
    }
}
