using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Renga.Engines.Native;
using Renga.Processes;

namespace Renga.Engines.Runc;

/// <summary>A user namespace that is never run in: it carries a mapping from the canonical range, as on disk, to a slot's range.</summary>
internal static class IdMap
{
    public static async Task<SafeFileHandle> MakeAsync(DynoSlot slot, CancellationToken ct)
    {
        // What it echoes says that it is in its namespace already.
        using var helper = ProcessRunner.Start(Command.Of("unshare", "--user", "--", "cat"));
        try
        {
            await helper.StandardInput.WriteLineAsync("ready".AsMemory(), ct);
            await helper.StandardInput.FlushAsync(ct);
            if (await helper.StandardOutput.ReadLineAsync(ct) is null)
                throw new EngineException("No user namespace can be made: " + await helper.StandardError.ReadToEndAsync(ct));
            var process = string.Create(CultureInfo.InvariantCulture, $"/proc/{helper.Id}");
            var mapping = string.Create(CultureInfo.InvariantCulture, $"{CanonicalOwner.RangeStart} {slot.FirstUser} {CanonicalOwner.RangeSize}");
            await File.WriteAllTextAsync(process + "/uid_map", mapping, ct);
            await File.WriteAllTextAsync(process + "/gid_map", mapping, ct);
            return Libc.Open(process + "/ns/user", Libc.ReadOnly);
        }
        finally
        {
            ProcessRunner.Kill(helper);
        }
    }
}
