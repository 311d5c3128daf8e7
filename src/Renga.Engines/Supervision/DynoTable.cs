using System.Collections.Concurrent;
using System.Globalization;

namespace Renga.Engines.Supervision;

/// <summary>The dynos that an engine has. Filled by create and recover, emptied by destroy.</summary>
internal sealed class DynoTable : IDisposable
{
    private readonly ConcurrentDictionary<Guid, SupervisedDyno> _dynos = [];

    public IEnumerable<SupervisedDyno> All => _dynos.Values;

    public SupervisedDyno? Find(Guid id) => _dynos.GetValueOrDefault(id);

    public SupervisedDyno Get(Guid id) => Find(id) ?? throw new EngineException(string.Create(CultureInfo.InvariantCulture, $"There is no dyno {id}."));

    public void Add(SupervisedDyno dyno) => _dynos[dyno.Spec.Id] = dyno;

    public void Remove(Guid id)
    {
        if (_dynos.TryRemove(id, out var dyno))
            dyno.Dispose();
    }

    public void Dispose()
    {
        foreach (var id in _dynos.Keys)
            Remove(id);
    }
}
