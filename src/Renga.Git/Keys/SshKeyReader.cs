using System.Globalization;
using Renga.Git.Ssh;
using Renga.Model;
using Renga.Model.Keys;
using Renga.Processes;

namespace Renga.Git.Keys;

/// <summary>Splits the line; <c>ssh-keygen</c> says whether it is a key, of which kind and how long.</summary>
internal sealed class SshKeyReader : ISshKeyReader
{
    private const int MaxLength = 16 * 1024;
    private const int MaxComment = 255;
    private const int MinRsaBits = 2048;
    private const string Expected = "Expected one line such as \"ssh-ed25519 AAAAC3Nz... you@host\": the content of the .pub file that ssh-keygen writes.";

    public async Task<Result<SshPublicKey>> ReadAsync(string text, CancellationToken ct)
    {
        // 1. What people paste that is no public key.
        var line = text.Trim();
        if (line.Length == 0)
            return Refusal.Invalid($"The key is empty. {Expected}");
        if (line.Length > MaxLength)
            return Refusal.Invalid($"The key is too long (maximum is {MaxLength} characters). {Expected}");
        if (line.Contains("PRIVATE KEY", StringComparison.Ordinal))
            return Refusal.Invalid("This is a private key. Keep it to yourself, and make a new one if others may have seen it; upload the public key, which is in the file that ends in .pub.");
        if (line.Contains("BEGIN SSH2 PUBLIC KEY", StringComparison.Ordinal))
            return Refusal.Invalid("This key is in the format of RFC 4716. Turn it into OpenSSH's: ssh-keygen -i -f FILE");
        if (line.Any(char.IsControl))
            return Refusal.Invalid($"The key must be one line. {Expected}");

        // 2. Type, key, comment.
        if (line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) is not [var type, var base64, .. var rest] || !type.All(IsTypeCharacter))
            return Refusal.Invalid($"This is not a public key. {Expected}");
        if (type.Contains("-cert-", StringComparison.Ordinal))
            return Refusal.Invalid("This is a certificate. Upload the public key that it was made for.");
        if (!Convert.TryFromBase64String(base64, new byte[base64.Length], out _))
            return Refusal.Invalid($"The key after \"{type}\" is not base64; was it cut or wrapped when it was copied? {Expected}");

        // 3. OpenSSH's word on it.
        if (!File.Exists(SshCommands.KeyProgram))
            return Refusal.Unavailable($"This platform cannot check keys: {SshCommands.KeyProgram} is not there. Its administrator installs it with the package openssh-client.");
        var result = await ProcessRunner.RunAsync(SshCommands.Fingerprint, ct, $"{type} {base64}\n");
        if (!result.Succeeded || result.Output.Split(' ', StringSplitOptions.TrimEntries) is not [var bits, ['S', 'H', 'A', '2', '5', '6', ':', ..] fingerprint, ..])
            return Refusal.Invalid($"OpenSSH does not know this as a public key of type \"{type}\". {Expected}");
        if (type == "ssh-dss")
            return Refusal.Invalid("DSA keys are no longer safe, and OpenSSH does not take them. Make another: ssh-keygen -t ed25519");
        if (type == "ssh-rsa" && int.Parse(bits, CultureInfo.InvariantCulture) < MinRsaBits)
            return Refusal.Invalid($"An RSA key must have {MinRsaBits} bits or more; this one has {bits}. Make another: ssh-keygen -t ed25519");

        var comment = rest is [var words] ? words.Trim() : "";
        return comment.Length > MaxComment
            ? Refusal.Invalid($"The comment behind the key is too long (maximum is {MaxComment} characters).")
            : new SshPublicKey(fingerprint, type, base64, comment);
    }

    private static bool IsTypeCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '@';
}
