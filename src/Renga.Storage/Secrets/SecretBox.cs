using System.Security.Cryptography;
using System.Text;

namespace Renga.Storage.Secrets;

/// <summary>
/// Seals secrets that lie in the database with AES-256-GCM. A sealed value is bound to what it belongs to, so that it cannot be moved to another app.
/// <code>version (1 byte) | nonce (12) | tag (16) | ciphertext</code>
/// </summary>
public sealed class SecretBox : IDisposable
{
    private const byte Version = 1;
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int Overhead = 1 + NonceSize + TagSize;

    private readonly AesGcm _aes;
    private readonly byte[] _key;

    private SecretBox(byte[] key)
    {
        _key = key;
        _aes = new AesGcm(key, TagSize);
    }

    /// <summary>Reads the key, making one at the first run.</summary>
    public static SecretBox Open(string keyPath)
    {
        if (!File.Exists(keyPath))
            PrivateFile.Create(keyPath, RandomNumberGenerator.GetBytes(KeySize));
        var key = File.ReadAllBytes(keyPath);
        if (key.Length != KeySize)
            throw new InvalidDataException($"{keyPath} must hold {KeySize} bytes and holds {key.Length}. Restore it from a backup: without it the config vars cannot be read.");
        return new SecretBox(key);
    }

    public byte[] Seal(ReadOnlySpan<byte> plain, Guid owner)
    {
        var box = new byte[Overhead + plain.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        lock (_aes)
            _aes.Encrypt(nonce, plain, box.AsSpan(Overhead), box.AsSpan(1 + NonceSize, TagSize), owner.ToByteArray());
        return box;
    }

    /// <summary>Throws when the box was changed, belongs to another owner, or was sealed with another key.</summary>
    public byte[] Unseal(ReadOnlySpan<byte> box, Guid owner)
    {
        if (box.Length < Overhead || box[0] != Version)
            throw new CryptographicException("Not a sealed value of this version.");
        var plain = new byte[box.Length - Overhead];
        lock (_aes)
            _aes.Decrypt(box.Slice(1, NonceSize), box[Overhead..], box.Slice(1 + NonceSize, TagSize), plain, owner.ToByteArray());
        return plain;
    }

    /// <summary>A key for another purpose, from which this one cannot be found. The same purpose gives the same key, also after a restart.</summary>
    public byte[] DeriveKey(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, KeySize, info: Encoding.UTF8.GetBytes(purpose));

    public void Dispose() => _aes.Dispose();
}
