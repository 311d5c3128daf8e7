using System.Globalization;

namespace Renga.Git.Ssh;

/// <summary>sshd's whole configuration: public keys only, one user, one program, nothing forwarded.</summary>
internal static class SshdConfig
{
    public static string Of(SshOptions options, SshFiles files) => string.Create(CultureInfo.InvariantCulture,
        $"""
        # Written by rengad at each start; changes are lost.
        Port {options.Port}
        ListenAddress {options.Address}
        HostKey {files.HostKey}
        PidFile none

        # Who: whoever has a key that the platform knows. Which account that is, the door asks again for each command.
        AllowUsers git
        AuthenticationMethods publickey
        PubkeyAuthentication yes
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        HostbasedAuthentication no
        PermitRootLogin no
        UsePAM no
        UseDNS no
        RequiredRSASize 2048
        AuthorizedKeysFile none
        AuthorizedKeysCommand /usr/bin/perl {files.Door} {files.Socket} key %t %k
        AuthorizedKeysCommandUser git

        # What: the command of the key's line, which the door decides.
        AcceptEnv GIT_PROTOCOL
        PermitUserEnvironment no
        PermitUserRC no
        PermitTTY no
        PermitTunnel no
        DisableForwarding yes
        PrintMotd no
        PrintLastLog no
        VersionAddendum none

        # How many, how long. A client may offer every key of its agent.
        MaxAuthTries 20
        MaxSessions 4
        MaxStartups 20:30:100
        LoginGraceTime 30
        ClientAliveInterval 30
        ClientAliveCountMax 4

        """);

    /// <summary>What sshd is told about a key: only this command, and nothing else that an SSH session may be.</summary>
    public static string KeyLine(SshFiles files, string type, string base64, string fingerprint) =>
        $"restrict,command=\"exec /usr/bin/perl {files.Door} {files.Socket} session {fingerprint}\" {type} {base64}\n";
}
