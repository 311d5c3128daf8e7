namespace Renga.Model;

/// <summary>The kinds of expected failure. Each maps to one HTTP status in <c>Renga.Api.ApiErrors</c>.</summary>
public enum RefusalKind
{
    /// <summary>The input breaks a rule: 422 <c>invalid_params</c>.</summary>
    Invalid,

    /// <summary>No such thing, or the caller may not know of it: 404 <c>not_found</c>.</summary>
    NotFound,

    /// <summary>No valid credentials: 401 <c>unauthorized</c>.</summary>
    Unauthorized,

    /// <summary>Known caller, not allowed: 403 <c>forbidden</c>.</summary>
    Forbidden,

    /// <summary>It cannot be done now, but the same request may succeed later: 409 <c>conflict</c>.</summary>
    Conflict,

    /// <summary>The platform lacks room or a part it needs: 503 <c>service_unavailable</c>.</summary>
    Unavailable,
}

/// <summary>An expected failure, in words for the user: what was wrong, what was expected, what to do.</summary>
/// <param name="Kind">Which kind, and so which HTTP status.</param>
/// <param name="Message">A sentence for the user, shown unchanged by the API, the CLI and git.</param>
/// <param name="Resource">For <see cref="RefusalKind.NotFound"/>, the kind of thing that was looked for ("app", "release").</param>
public sealed record Refusal(RefusalKind Kind, string Message, string? Resource = null)
{
    public static Refusal Invalid(string message) => new(RefusalKind.Invalid, message);

    /// <summary>Heroku's wording: <c>Couldn't find that app.</c></summary>
    public static Refusal NotFound(string resource) => new(RefusalKind.NotFound, $"Couldn't find that {resource}.", resource);

    public static Refusal Conflict(string message) => new(RefusalKind.Conflict, message);

    public static Refusal Forbidden(string message) => new(RefusalKind.Forbidden, message);

    public static Refusal Unavailable(string message) => new(RefusalKind.Unavailable, message);

    public static Refusal Unauthorized { get; } = new(RefusalKind.Unauthorized, "Invalid credentials provided.");
}
