using System.Collections.Concurrent;
using System.Security.Cryptography;
using Renga.Builds.Results;
using Renga.Model;
using Renga.Model.Slugs;

namespace Renga.Builds.Slugs;

/// <summary>
/// Slug images in one folder, named by the digest of their content. An image appears whole or not at all. What a dyno is given was checked against its name
/// since our start, once: what was hashed is remembered with the file's number, length and times.
/// </summary>
internal sealed class SlugStore : ISlugStore
{
    internal const string ImageSuffix = ".squashfs";
    private const string DraftSuffix = ".draft";

    private readonly string _folder;
    private readonly TimeSpan _grace;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Check> _checks = new(StringComparer.Ordinal);

    /// <summary>Guards which images are in the folder, and <see cref="_unsettled"/>.</summary>
    private readonly Lock _gate = new();

    /// <summary>Images that were put for slugs which may not be recorded yet: how many, and when the last was.</summary>
    private readonly Dictionary<string, (int Count, DateTimeOffset Since)> _unsettled = new(StringComparer.Ordinal);

    public SlugStore(BuildsOptions options, TimeProvider time)
    {
        _folder = options.SlugsFolder;
        _grace = options.SlugGrace;
        _time = time;
        Directory.CreateDirectory(_folder);
    }

    /// <summary>Every image there is.</summary>
    public IEnumerable<string> Images => Directory.EnumerateFiles(_folder, "*" + ImageSuffix).Select(static f => Path.GetFileNameWithoutExtension(f));

    /// <summary>Where an image is written before it is put: on the same file system.</summary>
    public string DraftPath(Guid slugId) => Path.Combine(_folder, slugId.ToString("D") + DraftSuffix);

    public Result<string> Locate(string image)
    {
        var path = PathOf(image);
        if (!File.Exists(path))
            return Refusal.NotFound("slug");
        var actual = _checks.GetOrAdd(image, static _ => new Check()).DigestOf(path);
        return actual == image ? path : Refusal.Invalid($"Checksum does not match expected value. Expected: SHA256:{image} Actual: SHA256:{actual}");
    }

    /// <summary>The image is safe from <see cref="Delete"/> until <see cref="Settle"/>, or for as long as recording a slug may take.</summary>
    public Task<string> PutAsync(string image, string path, CancellationToken ct)
    {
        var target = PathOf(image);
        var check = _checks.GetOrAdd(image, static _ => new Check());
        lock (_gate)
        {
            _unsettled[image] = (_unsettled.GetValueOrDefault(image).Count + 1, _time.GetUtcNow());
            if (File.Exists(target) && check.Knows(target, image))
            {
                File.Delete(path);
                return Task.FromResult(target);
            }
        }

        // Whoever put these bytes knows their digest. A file that is there and was not checked yet is replaced by one that was.
        using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(file);
        lock (_gate)
        {
            File.Move(path, target, overwrite: true);
            check.Learn(target, image);
        }

        // The rename itself is on disk only when its folder is.
        Native.FlushFolder(_folder);
        return Task.FromResult(target);
    }

    /// <summary>The slug that an image was put for is recorded, or will never be.</summary>
    public void Settle(string image)
    {
        lock (_gate)
        {
            if (_unsettled.TryGetValue(image, out var held) && held.Count > 1)
                _unsettled[image] = held with { Count = held.Count - 1 };
            else
                _unsettled.Remove(image);
        }
    }

    public void Delete(string image) => TryDelete(image);

    /// <summary>Removes the image, unless someone has just put it for a slug that is not recorded yet. Returns the bytes that became free.</summary>
    public long TryDelete(string image)
    {
        var file = new FileInfo(PathOf(image));
        lock (_gate)
        {
            if (!file.Exists || (_unsettled.TryGetValue(image, out var held) && _time.GetUtcNow() - held.Since < _grace))
                return 0;
            _unsettled.Remove(image);
            _checks.TryRemove(image, out _);
            var bytes = file.Length;
            file.Delete();
            return bytes;
        }
    }

    /// <summary>Gives an image that is named by its slug, as an earlier version did, its own name.</summary>
    public bool TryAdopt(Guid slugId, string image)
    {
        var old = PathOf(slugId.ToString("D"));
        if (!File.Exists(old))
            return false;
        File.Move(old, PathOf(image), overwrite: true);
        return true;
    }

    /// <summary>Forgets what builds left that were under way when the platform died.</summary>
    public void RemoveDrafts()
    {
        foreach (var draft in Directory.EnumerateFiles(_folder, "*" + DraftSuffix))
            File.Delete(draft);
    }

    private string PathOf(string image) => Path.Combine(_folder, image + ImageSuffix);

    /// <summary>What an image's bytes were when they were last looked at. Many may ask; one hashes.</summary>
    private sealed class Check
    {
        private readonly Lock _gate = new();
        private FileIdentity? _file;
        private string _digest = "";

        public string DigestOf(string path)
        {
            lock (_gate)
            {
                // The identity is taken first: a change while we read is seen the next time.
                var now = Native.Identity(path);
                if (_file != now)
                {
                    using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
                    _digest = Convert.ToHexStringLower(SHA256.HashData(file));
                    _file = now;
                }

                return _digest;
            }
        }

        public bool Knows(string path, string digest)
        {
            lock (_gate)
                return _file == Native.Identity(path) && _digest == digest;
        }

        public void Learn(string path, string digest)
        {
            lock (_gate)
                (_file, _digest) = (Native.Identity(path), digest);
        }
    }
}
