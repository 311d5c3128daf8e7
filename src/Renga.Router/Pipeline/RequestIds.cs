using System.Buffers;
using Renga.Model;

namespace Renga.Router.Pipeline;

/// <summary>X-Request-Id: the client's, if it is harmless, otherwise a new one.</summary>
internal sealed class RequestIds(Ids ids)
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-");

    public string Choose(string? given) =>
        given is { Length: >= 20 and <= 200 } && !given.AsSpan().ContainsAnyExcept(Allowed) ? given : ids.New().ToString();
}
