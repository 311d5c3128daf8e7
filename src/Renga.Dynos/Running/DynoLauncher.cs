using Renga.Dynos.Formation;
using Renga.Dynos.OneOff;
using Renga.Engines;
using Renga.Model;
using Renga.Model.Dynos;
using Renga.Model.Formation;
using Renga.Model.Slugs;

namespace Renga.Dynos.Running;

/// <summary>Makes a dyno and runs its command. The steps are in one place because their order is the contract of the engine.</summary>
internal sealed class DynoLauncher(IDynoEngine engine, ISlugStore slugs, AttachedSessions sessions, DynosOptions options) : IDisposable
{
    private readonly SemaphoreSlim _room = new(options.MaxConcurrentLaunches);

    /// <summary>A refusal or an exception leaves nothing of the dyno behind. <see cref="RefusalKind.Invalid"/>: the slug's bytes are not what was built (R17).</summary>
    public async Task<Result<CreatedDyno>> LaunchAsync(DynoRecord dyno, DesiredApp app, CancellationToken ct)
    {
        await _room.WaitAsync(ct);
        try
        {
            // 1. What it runs, and how large.
            if (app.Slug is null)
                return Refusal.Conflict($"Release v{app.ReleaseVersion} has no code.");
            if (app.Slug.Image is not { } digest)
                return Refusal.Conflict($"The code of release v{app.ReleaseVersion} was never uploaded.");
            if (!slugs.Locate(digest).TryGet(out var image, out var refusal))
                return refusal;
            if (!DynoSize.Parse(dyno.Size).TryGet(out var size, out refusal))
                return Refusal.Conflict(refusal.Message);

            // 2. Make it.
            var created = await engine.CreateAsync(DynoSpecFactory.Make(dyno, app, image, size, options), ct);
            try
            {
                // 3. Connect its client first, so that no output is lost.
                if (dyno.OneOff?.Interactive is not null)
                    sessions.Connect(dyno.Id, await engine.AttachAsync(dyno.Id, ct));

                // 4. Run it.
                await engine.StartAsync(dyno.Id, ct);
                return created;
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
