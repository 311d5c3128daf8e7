using System.Globalization;
using System.Text.Json.Nodes;
using Renga.Engines.State;
using Renga.Model.Dynos;

namespace Renga.Engines.Runc;

/// <summary>What the OCI runtime is asked for, as data.</summary>
internal sealed record OciConfig(DynoSpec Spec, DynoFolder Folder, DynoPaths Paths, StackLayout Stack, DynoSlot Slot, uint FirstUser, int? Port, string Group, bool LimitSwap, long OpenFiles)
{
    private const long SharedMemoryBytes = 64 * 1024 * 1024;

    /// <summary>Parts of /proc that tell about the machine or other dynos.</summary>
    private static readonly string[] Masked =
        ["/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/proc/interrupts", "/proc/kallsyms", "/proc/modules"];

    private static readonly string[] ReadOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    public JsonObject Build() => new()
    {
        ["ociVersion"] = "1.0.2",
        ["process"] = Process(),
        ["root"] = new JsonObject { ["path"] = Paths.RootFor(Spec, Stack), ["readonly"] = true },
        ["hostname"] = Spec.Hostname,
        ["mounts"] = MountList(),
        ["linux"] = Linux(),
    };

    private JsonObject Process()
    {
        var process = new JsonObject
        {
            ["terminal"] = Spec.Interactive is { Terminal: true },
            ["user"] = new JsonObject { ["uid"] = CanonicalOwner.UserInside, ["gid"] = CanonicalOwner.UserInside },
            // env finds the program and says so when there is none; process 1 would not name it.
            ["args"] = Strings(["/usr/bin/catatonit", "--", "/usr/bin/env", "--", .. Spec.Arguments]),
            ["env"] = Strings(EnvironmentList()),
            ["cwd"] = "/app",
            ["noNewPrivileges"] = true,
            ["capabilities"] = new JsonObject { ["bounding"] = new JsonArray(), ["effective"] = new JsonArray(), ["inheritable"] = new JsonArray(), ["permitted"] = new JsonArray(), ["ambient"] = new JsonArray() },
            ["rlimits"] = new JsonArray([Limit("RLIMIT_FSIZE", Spec.Limits.DiskBytes), Limit("RLIMIT_CORE", 0), Limit("RLIMIT_NOFILE", OpenFiles)]),
        };
        if (Spec.Interactive is { Terminal: true } mode)
            process["consoleSize"] = new JsonObject { ["width"] = mode.Columns, ["height"] = mode.Rows };
        return process;
    }

    private IEnumerable<string> EnvironmentList()
    {
        foreach (var (name, value) in Spec.Environment)
        {
            if (name != DynoEnvironment.Home && (name != DynoEnvironment.Port || Port is null))
                yield return $"{name}={value}";
        }

        yield return DynoEnvironment.Home + "=/app";
        if (Port is not null)
            yield return string.Create(CultureInfo.InvariantCulture, $"{DynoEnvironment.Port}={Port}");
    }

    private JsonArray MountList()
    {
        var mounts = new JsonArray();
        foreach (var part in Stack.Parts)
            mounts.Add(part.HasPrograms ? Bind(part.Source, part.Target, "ro", "nosuid", "nodev", "rbind") : Bind(part.Source, part.Target, "ro", "nosuid", "nodev", "noexec", "bind"));
        mounts.Add(Bind(Paths.Hosts, "/etc/hosts", "ro", "nosuid", "nodev", "noexec", "bind"));
        mounts.Add(Bind(Paths.HostName, "/etc/hostname", "ro", "nosuid", "nodev", "noexec", "bind"));
        mounts.Add(Mount("proc", "proc", "/proc", "nosuid", "nodev", "noexec"));
        // Its own control group and nothing above it, so that runtimes find their limits. All else of /sys stays away.
        mounts.Add(Mount("cgroup", "cgroup", "/sys/fs/cgroup", "ro", "nosuid", "nodev", "noexec", "relatime"));
        mounts.Add(Mount("tmpfs", "tmpfs", "/dev", "nosuid", "strictatime", "mode=755", "size=64k"));
        mounts.Add(Mount("devpts", "devpts", "/dev/pts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"));
        mounts.Add(Mount("tmpfs", "shm", "/dev/shm", "nosuid", "nodev", "noexec", "mode=1777", string.Create(CultureInfo.InvariantCulture, $"size={SharedMemoryBytes}")));
        mounts.Add(Mount("tmpfs", "tmpfs", "/run", "nosuid", "nodev", "noexec", "mode=755", "size=64k"));
        mounts.Add(Bind(Paths.App, "/app", "rw", "nosuid", "nodev", "bind"));
        mounts.Add(Bind(Paths.Temporary, "/tmp", "rw", "nosuid", "nodev", "bind"));
        for (var i = 0; i < Spec.Mounts.Length; i++)
        {
            var mount = Spec.Mounts[i];
            mounts.Add(Bind(mount.DiskImage is null ? mount.Source : Paths.Mount(i), mount.Target, mount.ReadOnly ? "ro" : "rw", "nosuid", "nodev", "bind"));
        }

        return mounts;
    }

    private JsonObject Linux()
    {
        var memory = new JsonObject { ["limit"] = Spec.Limits.MemoryBytes };
        if (LimitSwap)
            memory["swap"] = Spec.Limits.MemoryBytes;
        return new JsonObject
        {
            ["namespaces"] = new JsonArray([Namespace("pid"), Namespace("mount"), Namespace("ipc"), Namespace("uts"), Namespace("user"), Namespace("cgroup"), Namespace("network", Slot.NamespacePath)]),
            ["uidMappings"] = Mapping(),
            ["gidMappings"] = Mapping(),
            ["cgroupsPath"] = Group,
            ["resources"] = new JsonObject
            {
                ["devices"] = new JsonArray([new JsonObject { ["allow"] = false, ["access"] = "rwm" }]),
                ["memory"] = memory,
                ["cpu"] = new JsonObject { ["shares"] = Spec.Limits.CpuShares },
                ["pids"] = new JsonObject { ["limit"] = Spec.Limits.MaxProcesses },
            },
            ["seccomp"] = Seccomp.Profile(),
            ["maskedPaths"] = Strings(Masked),
            ["readonlyPaths"] = Strings(ReadOnly),
        };
    }

    private JsonArray Mapping() => new([new JsonObject { ["containerID"] = 0, ["hostID"] = FirstUser, ["size"] = CanonicalOwner.RangeSize }]);

    private static JsonObject Namespace(string type, string? path = null)
    {
        var space = new JsonObject { ["type"] = type };
        if (path is not null)
            space["path"] = path;
        return space;
    }

    private static JsonObject Bind(string source, string target, params ReadOnlySpan<string> options) => Mount("bind", source, target, options);

    private static JsonObject Mount(string type, string source, string target, params ReadOnlySpan<string> options) =>
        new() { ["type"] = type, ["source"] = source, ["destination"] = target, ["options"] = Strings(options.ToArray()) };

    private static JsonObject Limit(string type, long value) => new() { ["type"] = type, ["soft"] = value, ["hard"] = value };

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(static v => JsonValue.Create(v))]);
}
