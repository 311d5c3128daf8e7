namespace Renga.Model.Keys;

/// <summary>Reads what a user gives as a public key. OpenSSH decides what is one.</summary>
public interface ISshKeyReader
{
    /// <summary>The key, or a refusal that says what was wrong with the text.</summary>
    Task<Result<SshPublicKey>> ReadAsync(string text, CancellationToken ct);
}

/// <summary>A public key that OpenSSH takes.</summary>
/// <param name="Fingerprint"><c>SHA256:</c> and base64, as <see cref="SshKey.Fingerprint"/>.</param>
/// <param name="Type">Such as <c>ssh-ed25519</c>.</param>
/// <param name="Base64">The key itself.</param>
/// <param name="Comment">Often user@host; empty when there was none.</param>
public sealed record SshPublicKey(string Fingerprint, string Type, string Base64, string Comment);
