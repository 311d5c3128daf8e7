using System.Collections.Concurrent;
using System.Collections.Immutable;
using Renga.Model;
using Renga.Model.Dynos;

namespace Renga.Api.Tests;

/// <summary>Remembers what was asked; a test says which dynos there are.</summary>
internal sealed class FakeDynoManager(TimeProvider time) : IDynoManager
{
    private readonly ConcurrentDictionary<Guid, ImmutableArray<DynoInfo>> _dynos = new();

    public ConcurrentQueue<Guid> LookedAgain { get; } = new();

    public ConcurrentQueue<string> Asked { get; } = new();

    public ConcurrentQueue<OneOffRequest> Runs { get; } = new();

    public DynoInfo Run(Guid appId, string name, DynoState state = DynoState.Up)
    {
        var type = name[..name.IndexOf('.', StringComparison.Ordinal)];
        var dyno = new DynoInfo
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            AppId = appId,
            Name = name,
            Type = type,
            Command = $"run-{type}",
            Size = "Basic",
            State = state,
            ReleaseId = Guid.CreateVersion7(time.GetUtcNow()),
            ReleaseVersion = 2,
            CreatedAt = time.GetUtcNow(),
            UpdatedAt = time.GetUtcNow(),
        };
        _dynos.AddOrUpdate(appId, [dyno], (_, old) => old.Add(dyno));
        return dyno;
    }

    public void LookAgain(Guid appId) => LookedAgain.Enqueue(appId);

    public ImmutableArray<DynoInfo> List(Guid appId) => _dynos.GetValueOrDefault(appId, []);

    public Task<Result<int>> RestartAsync(Guid appId, DynoSelector selector, CancellationToken ct) => AskAsync("restart", appId, selector);

    public Task<Result<int>> StopAsync(Guid appId, DynoSelector selector, CancellationToken ct) => AskAsync("stop", appId, selector);

    public Task<Result<DynoInfo>> RunAsync(OneOffRequest request, CancellationToken ct)
    {
        Runs.Enqueue(request);
        var dyno = Run(request.AppId, $"{request.Type ?? "run"}.1234", DynoState.Starting);
        return Task.FromResult(Result<DynoInfo>.Ok(dyno with
        {
            Command = request.Command,
            Size = request.Size ?? "Basic",
            AttachUrl = request.Attach ? "rendezvous://localhost:5002/secret" : null,
        }));
    }

    private Task<Result<int>> AskAsync(string verb, Guid appId, DynoSelector selector)
    {
        Asked.Enqueue($"{verb} {selector.Type}{selector.NameOrId}");
        var count = List(appId).Count(d => (selector.Type is null || d.Type == selector.Type) && (selector.NameOrId is null || d.Name == selector.NameOrId || d.Id.ToString() == selector.NameOrId));
        return Task.FromResult(Result<int>.Ok(count));
    }
}
