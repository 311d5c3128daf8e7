namespace Renga.Storage;

/// <summary>Where the platform's state lies.</summary>
public sealed class StorageOptions
{
    /// <summary>The SQLite file, <c>DIR/renga.db</c>. Made at the first run.</summary>
    public required string DatabasePath { get; set; }

    /// <summary>The file of the key that seals config vars, <c>DIR/secret.key</c>. Made at the first run, readable by its owner only. Without it the config vars are lost.</summary>
    public required string SecretKeyPath { get; set; }

    /// <summary>Apps are served at <c>APP.DOMAIN</c>. When it changes, every app's own host name changes at the next start.</summary>
    public string Domain { get; set; } = "localhost";
}
