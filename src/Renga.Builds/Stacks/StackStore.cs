using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renga.Model;
using Renga.Model.Stacks;

namespace Renga.Builds.Stacks;

/// <summary>The stacks that there are: <c>host</c>, and what is in the folder. It looks again now and then, since another process builds them.</summary>
internal sealed class StackStore : BackgroundService, IStacks
{
    private static readonly StackVersion Host = new(StackVersion.Host, "", null, null, DateTimeOffset.UnixEpoch);

    private readonly StacksOptions _options;
    private readonly StackFolder _folder;
    private readonly TimeProvider _time;
    private readonly ILogger<StackStore> _logger;
    private readonly Dictionary<string, StackVersion?> _known = [];

    public StackStore(StacksOptions options, TimeProvider time, ILogger<StackStore> logger)
    {
        _options = options;
        _folder = new StackFolder(options.Folder);
        _time = time;
        _logger = logger;
        Available = new Published<StackSet>(new StackSet(Read()));
    }

    public Published<StackSet> Available { get; }

    public Result<StackVersion> Find(string name)
    {
        var all = Available.Current.Versions;
        return all.FirstOrDefault(v => v.Name == name) is { } found
            ? found
            : Refusal.Invalid($"Stack {name} is not available. Available stacks: {string.Join(", ", all.Select(static v => v.Name))}.");
    }

    /// <summary>Publishes what the folder has now, when that is something else. Called by one thread at a time.</summary>
    internal void Look()
    {
        var versions = Read();
        if (versions.SequenceEqual(Available.Current.Versions))
            return;
        foreach (var version in versions.Except(Available.Current.Versions))
            _logger.StackFound(version.Name, version.Version);
        Available.Publish(new StackSet(versions));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.LookInterval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Look();
            }
            catch (IOException e)
            {
                _logger.StacksUnreadable(e);
            }
        }
    }

    /// <summary>The newest of each that is whole; the newest stack is the default.</summary>
    private ImmutableArray<StackVersion> Read()
    {
        if (!_options.UseImages)
            return [Host];
        foreach (var gone in _known.Keys.Where(static p => !Directory.Exists(p)).ToList())
            _known.Remove(gone);
        var newest = _folder.All().Select(Load).OfType<StackVersion>().GroupBy(static v => v.Name, static (_, versions) => versions.First());
        return [.. newest.OrderByDescending(static v => v.Name, StringComparer.Ordinal), Host];
    }

    /// <summary>A version never changes, so it is read once; one that is damaged is told of once.</summary>
    private StackVersion? Load(StoredStack stored)
    {
        if (_known.TryGetValue(stored.Path, out var known))
            return known;
        if (stored.Read() is { } manifest && File.Exists(stored.RunImage) && File.Exists(stored.BuildImage))
            known = new StackVersion(stored.Name, stored.Version.ToString(), stored.RunImage, stored.BuildImage, manifest.CreatedAt);
        else
            _logger.StackDamaged(stored.Path);
        return _known[stored.Path] = known;
    }
}
