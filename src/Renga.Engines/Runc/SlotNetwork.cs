using System.Collections.Immutable;
using Renga.Processes;

namespace Renga.Engines.Runc;

/// <summary>A dyno's network namespace and the pair of links that joins it to this machine: two programs to make it, one to remove it.</summary>
internal static class SlotNetwork
{
    public static ImmutableArray<(Command Command, string Input)> Make(DynoSlot slot) =>
    [
        (Command.Of("ip", "-batch", "-"),
            $"""
            netns add {slot.Namespace}
            link add {slot.Link} type veth peer name eth0 netns {slot.Namespace}
            link set {slot.Link} addrgenmode none
            addr add {slot.Gateway}/30 dev {slot.Link}
            link set {slot.Link} up

            """),
        (Command.Of("ip", "-netns", slot.Namespace, "-batch", "-"),
            $"""
            link set lo up
            link set eth0 addrgenmode none
            addr add {slot.Dyno}/30 dev eth0
            link set eth0 up
            route add default via {slot.Gateway}

            """),
    ];

    /// <summary>The link goes with the namespace, but that may take the kernel a while: removed by name it is gone at once.</summary>
    public static (Command Command, string Input) Remove(DynoSlot slot) =>
        (Command.Of("ip", "-force", "-batch", "-"),
            $"""
            link del {slot.Link}
            netns del {slot.Namespace}

            """);
}
