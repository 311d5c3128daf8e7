using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Renga.Engines.Runc;

/// <summary>The system calls a dyno may make: those of <c>syscalls.txt</c>, a few only with harmless arguments, and no other.</summary>
internal static class Seccomp
{
    private const int NotPermitted = 1;
    private const int NotImplemented = 38;

    /// <summary>Flags of clone that make namespaces.</summary>
    private const long NewNamespaces = 0x7E020000;

    public static IReadOnlyList<string> Allowed { get; } = ReadTable();

    public static JsonObject Profile() => new()
    {
        ["defaultAction"] = "SCMP_ACT_ERRNO",
        ["defaultErrnoRet"] = NotPermitted,
        ["architectures"] = new JsonArray([JsonValue.Create(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64")]),
        ["syscalls"] = new JsonArray(
        [
            Rule("SCMP_ACT_ALLOW", [.. Allowed]),
            Rule("SCMP_ACT_ALLOW", ["clone"], Argument(0, "SCMP_CMP_MASKED_EQ", NewNamespaces, 0)),
            // Its flags are in memory, where a filter cannot look: said to be missing, so that libraries fall back to clone.
            Rule("SCMP_ACT_ERRNO", ["clone3"], NotImplemented),
            // Address families: unix, IPv4, IPv6, netlink (the list of interfaces).
            .. SocketFamilies(),
            .. Personalities(),
        ]),
    };

    private static IEnumerable<JsonNode?> SocketFamilies() => new long[] { 1, 2, 10, 16 }.Select(static f => Rule("SCMP_ACT_ALLOW", ["socket"], Argument(0, "SCMP_CMP_EQ", f)));

    private static IEnumerable<JsonNode?> Personalities() => new long[] { 0, 8, 0x20000, 0x20008, 0xFFFFFFFF }.Select(static p => Rule("SCMP_ACT_ALLOW", ["personality"], Argument(0, "SCMP_CMP_EQ", p)));

    private static JsonObject Rule(string action, string[] names, JsonObject? argument = null)
    {
        var rule = new JsonObject { ["names"] = new JsonArray([.. names.Select(static n => JsonValue.Create(n))]), ["action"] = action };
        if (argument is not null)
            rule["args"] = new JsonArray([argument]);
        return rule;
    }

    private static JsonObject Rule(string action, string[] names, int error) => new()
    {
        ["names"] = new JsonArray([.. names.Select(static n => JsonValue.Create(n))]),
        ["action"] = action,
        ["errnoRet"] = error,
    };

    private static JsonObject Argument(int index, string comparison, long value, long? second = null)
    {
        var argument = new JsonObject { ["index"] = index, ["value"] = value, ["op"] = comparison };
        if (second is not null)
            argument["valueTwo"] = second;
        return argument;
    }

    private static IReadOnlyList<string> ReadTable()
    {
        using var reader = new StreamReader(typeof(Seccomp).Assembly.GetManifestResourceStream("Renga.Engines.Runc.syscalls.txt")!);
        return [.. reader.ReadToEnd().Split('\n').Where(static l => !l.StartsWith('#')).SelectMany(static l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
    }
}
