using System.Net;
using Renga.Dynos.Formation;
using Renga.Dynos.OneOff;
using Renga.Engines;
using Renga.Model;
using Renga.Model.Dynos;
using Renga.Model.Formation;
using Renga.Model.Slugs;
using Renga.Model.Stacks;

namespace Renga.Dynos.Running;

/// <summary>Makes a dyno and runs its command. The steps are in one place because their order is the contract of the engine.</summary>
internal sealed class DynoLauncher(IDynoEngine engine, ISlugStore slugs, IStacks stacks, AttachedSessions sessions, DynosOptions options) : IDisposable
{
    private readonly SemaphoreSlim _room = new(options.MaxConcurrentLaunches);

    /// <summary>A refusal or an exception leaves nothing of the dyno behind. <see cref="RefusalKind.Invalid"/>: the slug's bytes are not what was built (R17).</summary>
    public async Task<Result<LaunchedDyno>> LaunchAsync(DynoRecord dyno, DesiredApp app, CancellationToken ct)
    {
        await _room.WaitAsync(ct);
        try
        {
            // 1. What it runs, on what, and how large.
            if (app.Slug is null)
                return Refusal.Conflict($"Release v{app.ReleaseVersion} has no code.");
            if (app.Slug.Image is not { } digest)
                return Refusal.Conflict($"The code of release v{app.ReleaseVersion} was never uploaded.");
            if (!slugs.Locate(digest).TryGet(out var image, out var refusal))
                return refusal;
            if (!stacks.Find(app.Stack).TryGet(out var stack, out refusal))
                return Refusal.Conflict(refusal.Message);
            if (!DynoSize.Parse(dyno.Size).TryGet(out var size, out refusal))
                return Refusal.Conflict(refusal.Message);

            // 2. Make it.
            var created = await engine.CreateAsync(DynoSpecFactory.Make(dyno, app, image, stack, size, options), ct);
            try
            {
                // 3. Connect its client first, so that no output is lost.
                if (dyno.OneOff?.Interactive is not null)
                    sessions.Connect(dyno.Id, await engine.AttachAsync(dyno.Id, ct));

                // 4. Run it.
                await engine.StartAsync(dyno.Id, ct);
                return new LaunchedDyno(created.Endpoint, stack.Version);
            }
            catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
            {
                await engine.DestroyAsync(dyno.Id, ct);
                throw;
            }
        }
        catch (NoRoomException e)
        {
            return Refusal.Unavailable(e.Message);
        }
        finally
        {
            _room.Release();
        }
    }

    public void Dispose() => _room.Dispose();
}

/// <summary>A dyno that runs.</summary>
/// <param name="Endpoint">Where it listens, for one that does.</param>
/// <param name="StackVersion">What it was started on.</param>
internal sealed record LaunchedDyno(IPEndPoint? Endpoint, string StackVersion);
