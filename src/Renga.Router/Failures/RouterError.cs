namespace Renga.Router.Failures;

/// <summary>One way for a request to fail: what the client gets and what the router line says.</summary>
/// <param name="Code">The H-code.</param>
/// <param name="Description">As in the router line's <c>desc</c>.</param>
/// <param name="Status">What the client gets, and the line's <c>status</c>. 499 is only logged: nobody is there to get it.</param>
/// <param name="Level">The line's <c>at</c>.</param>
/// <param name="Page">Which page.</param>
/// <param name="Socket">The line's <c>sock</c> prefix: which side broke.</param>
/// <param name="Cause">The line's <c>cause</c>.</param>
internal sealed record RouterError(string Code, string Description, int Status, string Level = "error", ErrorPage Page = ErrorPage.Application, string? Socket = null, string? Cause = null);

/// <summary>The pages that the router itself shows.</summary>
internal enum ErrorPage
{
    Application,
    Maintenance,
    Blank,
    BadRequest,
    None,
}
