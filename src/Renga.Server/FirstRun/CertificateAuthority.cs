using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Renga.Server.FirstRun;

/// <summary>
/// The platform's own certificate authority, made at the first run, and the certificate that the API, git and rendezvous listeners show.
/// A user trusts <see cref="CaFile"/> once; the leaf is renewed at a start when less than a third of its life is left.
/// </summary>
internal sealed class CertificateAuthority(string folder, TimeProvider time)
{
    private static readonly TimeSpan CaLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan LeafLife = TimeSpan.FromDays(397);

    /// <summary>The CA's certificate, PEM.</summary>
    public string CaFile => Path.Combine(folder, "ca.pem");

    /// <summary>The machine's own roots and ours together, for programs whose setting replaces the system's trust instead of adding to it.</summary>
    public string BundleFile => Path.Combine(folder, "bundle.pem");

    /// <summary>The leaf certificate with its key, for these names; made or renewed when needed.</summary>
    public X509Certificate2 EnsureCertificate(IReadOnlyList<string> dnsNames, IReadOnlyList<IPAddress> addresses)
    {
        var ca = EnsureCa();
        var certFile = Path.Combine(folder, "server.pem");
        var keyFile = Path.Combine(folder, "server.key");
        if (File.Exists(certFile) && File.Exists(keyFile))
        {
            var existing = Load(certFile, keyFile);
            if (existing.NotAfter.ToUniversalTime() - time.GetUtcNow() > LeafLife / 3 && Covers(existing, dnsNames, addresses))
                return existing;
            existing.Dispose();
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=Renga"), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in dnsNames)
            names.AddDnsName(name);
        foreach (var address in addresses)
            names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(ca, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        var now = time.GetUtcNow();
        using var leaf = request.Create(ca, now.AddHours(-1), now + LeafLife, RandomNumberGenerator.GetBytes(16));
        PrivateFile.Write(keyFile, key.ExportPkcs8PrivateKeyPem());
        PrivateFile.Write(certFile, leaf.ExportCertificatePem() + "\n");
        return Load(certFile, keyFile);
    }

    private X509Certificate2 EnsureCa()
    {
        var keyFile = Path.Combine(folder, "ca.key");
        if (!File.Exists(CaFile) || !File.Exists(keyFile))
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
            var request = new CertificateRequest(new X500DistinguishedName($"CN=Renga CA {id}"), key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
            var now = time.GetUtcNow();
            using var ca = request.CreateSelfSigned(now.AddHours(-1), now + CaLife);
            PrivateFile.Write(keyFile, key.ExportPkcs8PrivateKeyPem());
            PrivateFile.Write(CaFile, ca.ExportCertificatePem() + "\n", PrivateFile.Readable);
        }

        WriteBundle();
        return X509Certificate2.CreateFromPemFile(CaFile, keyFile);
    }

    private void WriteBundle()
    {
        string[] known = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];
        var system = known.FirstOrDefault(File.Exists);
        var roots = system is null ? "" : File.ReadAllText(system).TrimEnd('\n') + "\n";
        PrivateFile.Write(BundleFile, roots + File.ReadAllText(CaFile), PrivateFile.Readable);
    }

    private static X509Certificate2 Load(string certFile, string keyFile)
    {
        // TLS on Linux wants the key bound through PKCS#12.
        using var pem = X509Certificate2.CreateFromPemFile(certFile, keyFile);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
    }

    private static bool Covers(X509Certificate2 certificate, IReadOnlyList<string> dnsNames, IReadOnlyList<IPAddress> addresses)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return names is not null
            && dnsNames.All(n => names.EnumerateDnsNames().Contains(n, StringComparer.OrdinalIgnoreCase))
            && addresses.All(a => names.EnumerateIPAddresses().Contains(a));
    }
}
