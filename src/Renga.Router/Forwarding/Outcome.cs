using Renga.Router.Failures;

namespace Renga.Router.Forwarding;

/// <summary>How an exchange with a dyno ended.</summary>
/// <param name="Error">Null when the response was passed on whole.</param>
/// <param name="MayRetry">Nothing of a response came and the request can be sent again: it changes nothing at the dyno to do it twice, and its body was not touched.</param>
/// <param name="WasStale">It failed on a connection that had served others before, which the dyno may have closed meanwhile.</param>
internal readonly record struct Outcome(RouterError? Error, bool MayRetry = false, bool WasStale = false)
{
    public static Outcome Done => default;
}
