using System.Net;
using System.Security.Cryptography.X509Certificates;
using Renga.Server.FirstRun;
using Renga.Testing;

namespace Renga.Server.Tests;

public sealed class CertificateAuthorityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EnsureCertificate_IsSignedByTheCa_ForTheNamesAndAddresses()
    {
        var authority = new CertificateAuthority(_folder.Path, _time);
        using var leaf = authority.EnsureCertificate(["localhost", "apps.example"], [IPAddress.Loopback]);
        leaf.HasPrivateKey.ShouldBeTrue();
        leaf.MatchesHostname("apps.example").ShouldBeTrue();
        leaf.MatchesHostname("127.0.0.1").ShouldBeTrue();
        Verify(leaf, authority.CaFile).ShouldBeTrue();
        File.ReadAllText(authority.BundleFile).ShouldContain(File.ReadAllText(authority.CaFile));
        File.GetUnixFileMode(_folder["ca.key"]).ShouldBe(PrivateFile.Private);
        File.GetUnixFileMode(_folder["server.key"]).ShouldBe(PrivateFile.Private);
    }

    [Fact]
    public void EnsureCertificate_Again_IsTheSame()
    {
        using var first = Ensure("localhost");
        using var second = Ensure("localhost");
        second.Thumbprint.ShouldBe(first.Thumbprint);
    }

    [Fact]
    public void EnsureCertificate_ANewName_GetsANewLeafOfTheSameCa()
    {
        using var first = Ensure("localhost");
        var ca = File.ReadAllText(_folder["ca.pem"]);
        using var second = Ensure("other.example");
        second.Thumbprint.ShouldNotBe(first.Thumbprint);
        File.ReadAllText(_folder["ca.pem"]).ShouldBe(ca);
    }

    [Fact]
    public void EnsureCertificate_NearItsEnd_IsRenewed()
    {
        using var first = Ensure("localhost");
        _time.Advance(TimeSpan.FromDays(300));
        using var second = Ensure("localhost");
        second.NotAfter.ShouldBeGreaterThan(first.NotAfter);
    }

    private X509Certificate2 Ensure(string name) => new CertificateAuthority(_folder.Path, _time).EnsureCertificate([name], []);

    private bool Verify(X509Certificate2 leaf, string caFile)
    {
        using var ca = X509CertificateLoader.LoadCertificateFromFile(caFile);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(ca);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime.AddDays(1);
        return chain.Build(leaf);
    }
}
