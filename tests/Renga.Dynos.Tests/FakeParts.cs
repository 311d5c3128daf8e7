using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Renga.Conformance;
using Renga.Dynos.Running;
using Renga.Model;
using Renga.Model.Routing;
using Renga.Model.Slugs;

namespace Renga.Dynos.Tests;

/// <summary>A slug store where every slug is the same file.</summary>
internal sealed class FakeSlugStore : ISlugStore
{
    public string Image { get; set; } = "/nowhere/slug.squashfs";

    /// <summary>Not null: this is what every dyno gets instead of its slug.</summary>
    public Refusal? Refusal { get; set; }

    public Result<string> Locate(string image) => Refusal is { } refusal ? refusal : Image;

    public Task<string> PutAsync(string image, string path, CancellationToken ct) => throw new NotSupportedException();

    public void Delete(string image) => throw new NotSupportedException();
}

/// <summary>A router with nothing in flight, unless the test holds a dyno.</summary>
internal sealed class FakeDrain : IRouteDrain
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<bool>> _held = new();

    public ConcurrentQueue<Guid> Drained { get; } = new();

    public void Hold(Guid dynoId) => _held[dynoId] = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release(Guid dynoId) => _held[dynoId].TrySetResult(true);

    public async Task<bool> WaitIdleAsync(Guid dynoId, TimeSpan deadline, CancellationToken ct)
    {
        Drained.Enqueue(dynoId);
        return !_held.TryGetValue(dynoId, out var held) || await held.Task.WaitAsync(ct);
    }
}

/// <summary>Asks the fake engine instead of a socket.</summary>
internal sealed class FakePortProbe(FakeDynoEngine engine) : IPortProbe
{
    public async Task<bool> AcceptsAsync(IPEndPoint endpoint, CancellationToken ct)
    {
        await Task.Yield();
        return engine.Accepts(endpoint);
    }
}

/// <summary>A certificate for tests, made once.</summary>
internal static class TestCertificate
{
    private static readonly Lazy<X509Certificate2> Made = new(static () =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    });

    public static X509Certificate2 Get() => Made.Value;
}
