using System.Collections.Concurrent;
using Renga.Model.Apps;

namespace Renga.Api.Tests;

internal sealed class FakeAppResources : IAppResources
{
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>An app of this name finds no room.</summary>
    public string? NoRoomFor { get; set; }

    public Task CreatedAsync(App app, CancellationToken ct)
    {
        Calls.Enqueue($"created {app.Name}");
        return app.Name == NoRoomFor ? Task.FromException(new IOException("disk full")) : Task.CompletedTask;
    }

    public Task RenamedAsync(App app, string oldName, CancellationToken ct)
    {
        Calls.Enqueue($"renamed {oldName} {app.Name}");
        return Task.CompletedTask;
    }

    public Task DestroyedAsync(Guid appId, IReadOnlyList<string> slugImages, CancellationToken ct)
    {
        Calls.Enqueue($"destroyed {slugImages.Count}");
        return Task.CompletedTask;
    }
}
