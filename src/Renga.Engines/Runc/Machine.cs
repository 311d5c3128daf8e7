using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Renga.Engines.Native;
using Renga.Processes;

namespace Renga.Engines.Runc;

/// <summary>What the engine sets up once on the machine, and takes away at teardown. Each step may be done again.</summary>
internal sealed class Machine(EnginesOptions options, RuncPaths paths, Cgroups groups, ILogger log)
{
    private const string Forwarding = "/proc/sys/net/ipv4/ip_forward";

    /// <summary>Each dyno has its own range of user ids; otherwise all share the canonical one.</summary>
    public bool IdMapping { get; private set; }

    public string Group { get; } = "/renga/" + options.PlatformId;

    /// <summary>
    /// 1. Folders.
    /// 2. The root and the /etc that dynos see.
    /// 3. The rules first, then forwarding: in this order no packet goes where it may not.
    /// 4. Whether the kernel can map the owners of images.
    /// </summary>
    public async Task SetUpAsync(CancellationToken ct)
    {
        // 1.
        foreach (var folder in new[] { paths.Run, paths.Platform, paths.Dynos, paths.Runtime })
            Directory.CreateDirectory(folder, (UnixFileMode)0b111_001_001);

        // 2.
        DynoRoot.Make(paths.Root, HostStack.Layout(paths), []);
        var resolvConf = HostStack.ResolvConf();
        await HostStack.MakeEtcAsync(paths.Etc, resolvConf, ct);

        // 3.
        var resolvers = HostStack.NameServers(resolvConf).Where(static r => !IPAddress.IsLoopback(r) && IsLocal(r)).ToList();
        await ProcessRunner.RunCheckedAsync(Firewall.Load, ct, Firewall.Rules(options, resolvers));
        await ForwardAsync(ct);

        // 4.
        var reason = options.IdMapping ? await ProbeIdMappingAsync(ct) : "it is switched off";
        IdMapping = reason is null;
        if (reason is null)
            EnginesLog.IdMapped(log);
        else
            EnginesLog.NotIdMapped(log, reason);
    }

    /// <summary>Removes the rules, control groups and folders, and switches forwarding off when nobody needs it. No dyno is left when this is called.</summary>
    public async Task TearDownAsync(CancellationToken ct)
    {
        var table = await ProcessRunner.RunAsync(Command.Of("nft", "list", "table", "inet", Firewall.TableOf(options.PlatformId)), ct);
        if (table.Succeeded)
            await ProcessRunner.RunCheckedAsync(Firewall.Remove(options.PlatformId), ct);
        groups.Remove(Group);
        if (groups.Below("/renga").Count == 0)
            groups.Remove("/renga");
        if (Directory.Exists(paths.Platform))
            await ProcessRunner.RunCheckedAsync(State.DynoFolder.RemoveCommand(paths.Platform), ct);
        await StopForwardingAsync(ct);
    }

    private async Task ForwardAsync(CancellationToken ct)
    {
        if ((await File.ReadAllTextAsync(Forwarding, ct)).Trim() == "1")
            return;
        await File.WriteAllTextAsync(paths.ForwardingMark, "0\n", ct);
        await File.WriteAllTextAsync(Forwarding, "1\n", ct);
    }

    /// <summary>The last platform to go switches forwarding off again. Called after our own folder is gone, so of two that go together each sees the other gone, or leaves it to the other.</summary>
    private async Task StopForwardingAsync(CancellationToken ct)
    {
        if (!File.Exists(paths.ForwardingMark) || Directory.EnumerateDirectories(paths.Run).Any(static d => Directory.Exists(Path.Combine(d, "dynos"))))
            return;
        await File.WriteAllTextAsync(Forwarding, "0\n", ct);
        File.Delete(paths.ForwardingMark);
    }

    /// <summary>Tries it, since versions of kernels say little: a mapped squashfs under an overlay. Null when it works, otherwise why not.</summary>
    private async Task<string?> ProbeIdMappingAsync(CancellationToken ct)
    {
        var folder = Path.Combine(paths.Platform, "probe");
        try
        {
            foreach (var name in new[] { "source", "mapped", "upper", "work", "merged" })
                Directory.CreateDirectory(Path.Combine(folder, name));
            var image = Path.Combine(folder, "image");
            if (!File.Exists(image))
                await ProcessRunner.RunCheckedAsync(Command.Of("mksquashfs", Path.Combine(folder, "source"), image, "-quiet", "-no-progress", "-noappend"), ct);
            using var space = await IdMap.MakeAsync(new DynoSlot(1, options.PlatformId, options.DynoNetwork), ct);
            MountSlug(image, Path.Combine(folder, "mapped"), space);
            Mounts.Mount("overlay", Path.Combine(folder, "merged"), "overlay", Mounts.NoSetUid | Mounts.NoDevices, $"lowerdir={folder}/mapped,upperdir={folder}/upper,workdir={folder}/work");
            return null;
        }
        catch (Exception e) when (e is IOException or CommandFailedException or EngineException)
        {
            return e.Message;
        }
        finally
        {
            foreach (var mount in Mounts.Below(folder))
                Mounts.Unmount(mount);
        }
    }

    public static void MountSlug(string image, string target, SafeFileHandle? space)
    {
        using var device = LoopDevices.Open(image, readOnly: true);
        Mounts.MountMapped(device.Path, "squashfs", target, readOnly: true, space);
    }

    // Only an address of this machine can be bound. A list of all addresses would be read from interfaces that come and go with dynos.
    private static bool IsLocal(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
