using System.Globalization;
using System.Net;
using Renga.Processes;

namespace Renga.Engines.Runc;

/// <summary>What dynos may reach: the outside, and a few ports of this machine. Never each other, link-local addresses, or anything else of this machine.</summary>
internal static class Firewall
{
    public static string TableOf(string platformId) => "renga_" + platformId;

    public static Command Load => Command.Of("nft", "-f", "-");

    public static Command Remove(string platformId) => Command.Of("nft", "delete", "table", "inet", TableOf(platformId));

    /// <summary>The rules of one platform; loading them replaces the table whole, in one step.</summary>
    /// <param name="resolvers">Name servers that run on this machine.</param>
    public static string Rules(EnginesOptions options, IReadOnlyList<IPAddress> resolvers)
    {
        var table = TableOf(options.PlatformId);
        var mine = DynoSlot.LinkPrefix(options.PlatformId) + "*";
        var ports = string.Join(", ", options.AllowedHostPorts.Order().Select(static p => p.ToString(CultureInfo.InvariantCulture)));
        var allowPorts = ports.Length == 0 ? "" : $"iifname \"{mine}\" tcp dport {{ {ports} }} accept";
        var allowNames = string.Join("\n        ", resolvers.Select(r => $"iifname \"{mine}\" ip daddr {r} meta l4proto {{ tcp, udp }} th dport 53 accept"));
        return $$"""
            table inet {{table}} {}
            delete table inet {{table}}
            table inet {{table}} {
                chain input {
                    type filter hook input priority -10; policy accept;
                    iifname != "{{mine}}" accept
                    meta nfproto ipv6 drop
                    ct state established,related accept
                    {{allowPorts}}
                    {{allowNames}}
                    drop
                }
                chain forward {
                    type filter hook forward priority -10; policy accept;
                    iifname "{{mine}}" meta nfproto ipv6 drop
                    iifname "{{mine}}" oifname "rg*" drop
                    iifname "{{mine}}" ip daddr { 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/3, {{options.DynoNetwork}} } drop
                    oifname "{{mine}}" ct state established,related accept
                    oifname "{{mine}}" drop
                }
                chain postrouting {
                    type nat hook postrouting priority 100; policy accept;
                    iifname "{{mine}}" oifname != "rg*" masquerade
                }
            }

            """;
    }
}
