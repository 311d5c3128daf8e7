using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Renga.Model;
using Renga.Model.Releases;

namespace Renga.Storage.Releases;

/// <summary>Questions about releases that several ask.</summary>
public static class ReleaseQueries
{
    /// <summary>By id, or by number: <c>3</c> or <c>v3</c>.</summary>
    public static async Task<Result<Release>> FindAsync(IQueryable<Release> releases, Guid appId, string idOrVersion, CancellationToken ct)
    {
        var number = idOrVersion.StartsWith('v') ? idOrVersion[1..] : idOrVersion;
        Release? found = null;
        if (Guid.TryParse(idOrVersion, out var id))
            found = await releases.SingleOrDefaultAsync(r => r.AppId == appId && r.Id == id, ct);
        else if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            found = await releases.SingleOrDefaultAsync(r => r.AppId == appId && r.Version == version, ct);
        return found is null ? Refusal.NotFound("release") : found;
    }

    /// <summary>It succeeded, and going there would not take the code away.</summary>
    /// <param name="collected">Its code was removed.</param>
    public static bool IsEligibleForRollback(ReleaseStatus status, Guid? slugId, Guid? currentSlugId, bool collected) =>
        status == ReleaseStatus.Succeeded && !collected && (slugId is not null || currentSlugId is null);
}
