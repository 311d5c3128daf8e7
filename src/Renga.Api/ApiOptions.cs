
namespace Renga.Api;

/// <summary>What the Platform API says about the world around it, and its limits.</summary>
public sealed class ApiOptions
{
    /// <summary>Apps are served at <c>APP.DOMAIN</c>.</summary>
    public string Domain { get; set; } = "localhost";

    /// <summary>Scheme of an app's <c>web_url</c>.</summary>
    public string WebScheme { get; set; } = "http";

    /// <summary>Port of the router as clients see it; left out of <c>web_url</c> when it is the scheme's own.</summary>
    public int RouterPort { get; set; } = 8080;

    /// <summary>Where repositories are, without trailing slash: <c>git_url</c> is this plus <c>/APP.git</c>.</summary>
    public string GitBaseUrl { get; set; } = "https://localhost:5001";

    /// <summary>Name of the one region.</summary>
    public string Region { get; set; } = "local";

    /// <summary>Calls that an account may make at once.</summary>
    public int RateLimit { get; set; } = 4500;

    /// <summary>Calls that an account gets back per minute.</summary>
    public int RateRefillPerMinute { get; set; } = 75;

    /// <summary>Largest request body, in bytes. Config vars, the largest thing sent, are 64 KB.</summary>
    public int MaxBodyBytes { get; set; } = 1024 * 1024;
}
