using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Renga.Processes;

namespace Renga.Testing.Jvm;

/// <summary>
/// A Maven repository on the loopback: what Debian packages (/usr/share/maven-repo) and what a test adds, each with its digests. It knows what it was asked for.
/// </summary>
public sealed class MavenMirror : IAsyncDisposable
{
    private const string Debian = "/usr/share/maven-repo";
    private const string PlexusUtils = "org/codehaus/plexus/plexus-utils";

    private readonly TemporaryFolder _own = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly WebApplication _server;

    private MavenMirror()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    /// <summary>Without a slash at the end.</summary>
    public string Url => _server.Urls.Single();

    /// <summary>The paths asked for since the start, those of digests among them.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public static async Task<MavenMirror> StartAsync(CancellationToken ct)
    {
        var mirror = new MavenMirror();
        // Maven gives this one to every plugin that names none; Debian has newer ones only.
        foreach (var kind in new[] { "jar", "pom" })
            await mirror.AddAsync($"{PlexusUtils}/1.1/plexus-utils-1.1.{kind}", await File.ReadAllBytesAsync($"{Debian}/{PlexusUtils}/2.x/plexus-utils-2.x.{kind}", ct), ct);
        await mirror._server.StartAsync(ct);
        return mirror;
    }

    /// <summary>What is added is found before Debian's. A query counts as part of the path.</summary>
    public async Task AddAsync(string path, byte[] content, CancellationToken ct)
    {
        var file = _own[path];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, content, ct);
    }

    /// <summary>A settings.xml that sends Maven here for everything.</summary>
    public string Settings => $"<settings><mirrors><mirror><id>mirror</id><mirrorOf>*</mirrorOf><url>{Url}</url></mirror></mirrors></settings>";

    /// <summary>Makes a repository of artifacts, given as the folders of their versions: for what cannot reach the loopback.</summary>
    public async Task CopyAsync(string folder, IEnumerable<string> artifacts, CancellationToken ct)
    {
        foreach (var artifact in artifacts)
        {
            var root = Directory.Exists(_own[artifact]) ? _own.Path : Debian;
            foreach (var file in Directory.EnumerateFiles(Path.Combine(root, artifact)))
                await CopyFileAsync(folder, Path.GetRelativePath(root, file), ct);
        }
    }

    /// <summary>Makes a repository of all that a Maven project needs for its goals, by running them on a copy of it.</summary>
    public async Task CopyForAsync(string project, string folder, CancellationToken ct, params string[] goals)
    {
        using var scratch = new TemporaryFolder();
        await ProcessRunner.RunCheckedAsync(Command.Of("cp", "--recursive", project, scratch["project"]), ct);
        await File.WriteAllTextAsync(scratch["settings.xml"], Settings, ct);
        _requests.Clear();
        string[] options = ["-B", "-q", "-s", scratch["settings.xml"], $"-Dmaven.repo.local={scratch["repository"]}"];
        await ProcessRunner.RunCheckedAsync(Command.Of("mvn", [.. options, .. goals]) with { WorkingFolder = scratch["project"] }, ct);
        foreach (var path in _requests.Distinct().Where(p => !IsDigest(p) && Find(p) is not null))
            await CopyFileAsync(folder, path, ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _own.Dispose();
    }

    private static bool IsDigest(string path) => path.EndsWith(".sha1", StringComparison.Ordinal) || path.EndsWith(".sha256", StringComparison.Ordinal) || path.EndsWith(".sha512", StringComparison.Ordinal);

    private async Task CopyFileAsync(string folder, string path, CancellationToken ct)
    {
        var to = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        await File.WriteAllBytesAsync(to, await File.ReadAllBytesAsync(Find(path)!, ct), ct);
        await File.WriteAllBytesAsync(to + ".sha1", (await ReadAsync(path + ".sha1", ct))!, ct);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = (context.Request.Path.Value + context.Request.QueryString.Value).TrimStart('/');
        _requests.Enqueue(path);
        if (await ReadAsync(path, context.RequestAborted) is not { } content)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentLength = content.Length;
        if (HttpMethods.IsGet(context.Request.Method))
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    private async Task<byte[]?> ReadAsync(string path, CancellationToken ct)
    {
        if (Find(path) is { } file)
            return await File.ReadAllBytesAsync(file, ct);
        if (!IsDigest(path) || Find(path[..path.LastIndexOf('.')]) is not { } whole)
            return null;
        var content = await File.ReadAllBytesAsync(whole, ct);
        var digest = path[path.LastIndexOf('.')..] switch
        {
            ".sha512" => SHA512.HashData(content),
            ".sha256" => SHA256.HashData(content),
#pragma warning disable CA5350 // Maven's own digest of every artifact.
            _ => SHA1.HashData(content),
#pragma warning restore CA5350
        };
        return System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(digest));
    }

    private string? Find(string path) =>
        path.Contains("..", StringComparison.Ordinal) ? null : new[] { _own[path], Path.Combine(Debian, path) }.FirstOrDefault(File.Exists);
}
