using System.Net;

namespace Renga.Server.Configuration;

/// <summary>What <c>rengad</c> was told on its command line, as given. <see cref="Problems"/> validates it whole.</summary>
internal sealed record ServerOptions
{
    /// <summary>Everything the platform keeps lives below it.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The address that the API and the rendezvous server listen on.</summary>
    public IPAddress ApiAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Plain HTTP of the API and git; the next port has them over TLS, the one after that is the rendezvous server's.</summary>
    public int ApiPort { get; init; } = 5000;

    /// <summary>The address that the router listens on.</summary>
    public IPAddress RouterAddress { get; init; } = IPAddress.Loopback;

    public int RouterPort { get; init; } = 8080;

    /// <summary>Apps are served at <c>APP.DOMAIN</c>.</summary>
    public string Domain { get; init; } = "localhost";

    /// <summary><c>runc</c>, <c>process</c>, or <c>auto</c>: runc where the machine allows it.</summary>
    public string Engine { get; init; } = "auto";

    public Roles Roles { get; init; } = Roles.All;

    /// <summary>E-mail of the first account.</summary>
    public string Email { get; init; } = "admin@localhost";

    /// <summary>Variables for every build: proxies, mirrors.</summary>
    public IReadOnlyDictionary<string, string> BuildEnvironment { get; init; } = new Dictionary<string, string>();

    /// <summary>Folders of this machine whose buildpacks apps may name by path. None by default: a build can read what it is given.</summary>
    public IReadOnlyList<string> LocalBuildpacks { get; init; } = [];

    /// <summary>Builds at one time; others wait in line.</summary>
    public int Builds { get; init; } = 2;

    /// <summary>Minutes a build may take.</summary>
    public int BuildMinutes { get; init; } = 15;

    public int ApiTlsPort => ApiPort + 1;

    public int RendezvousPort => ApiPort + 2;

    /// <summary>Git over SSH: null for the port after those of the API, 0 for none.</summary>
    public int? SshPortGiven { get; init; }

    public int SshPort => SshPortGiven ?? ApiPort + 3;

    /// <summary>Every problem, in words; empty when all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (ApiPort is < 1 or > 65533)
            problems.Add($"--api-port {ApiPort}: expected 1 to 65533, since the two ports after it are used too.");
        if (RouterPort is < 1 or > 65535)
            problems.Add($"--router-port {RouterPort}: expected 1 to 65535.");
        if (RouterPort >= ApiPort && RouterPort <= RendezvousPort)
            problems.Add($"--router-port {RouterPort} is one of the three ports {ApiPort} to {RendezvousPort} of the API; choose another.");
        if (SshPort is < 0 or > 65535)
            problems.Add($"--ssh-port {SshPort}: expected 1 to 65535, or 0 for no git over SSH.");
        else if (SshPort >= ApiPort && SshPort <= RendezvousPort)
            problems.Add($"--ssh-port {SshPort} is one of the three ports {ApiPort} to {RendezvousPort} of the API; choose another.");
        else if (SshPort == RouterPort && Roles == Roles.All)
            problems.Add($"--router-port {RouterPort} is also the port of git over SSH ({(SshPortGiven is null ? "the third after --api-port" : "--ssh-port")}); choose another for one of them with --router-port or --ssh-port.");
        if (Uri.CheckHostName(Domain) != UriHostNameType.Dns || Domain.StartsWith('.'))
            problems.Add($"--domain {Domain}: expected a host name such as localhost or apps.example.com.");
        if (Engine is not ("auto" or "runc" or "process"))
            problems.Add($"--engine {Engine}: expected auto, runc or process.");
        if (!Email.Contains('@', StringComparison.Ordinal))
            problems.Add($"--email {Email}: expected an e-mail address.");
        foreach (var path in LocalBuildpacks.Where(static f => !Directory.Exists(f)))
            problems.Add($"--local-buildpacks {path}: there is no such folder.");
        if (Builds is < 1 or > 100)
            problems.Add($"--builds {Builds}: expected 1 to 100.");
        if (BuildMinutes is < 1 or > 24 * 60)
            problems.Add($"--build-timeout {BuildMinutes}: expected minutes, 1 to 1440.");
        if (Roles.Check() is { } refusal)
            problems.Add(refusal.Message);
        return problems;
    }
}
