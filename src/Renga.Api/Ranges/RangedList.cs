using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Renga.Api.Ranges;

/// <summary>
/// Answers a list as the Range header asks. 200 with all that was asked for; 206 with Next-Range when there is more; 416 when the range makes no sense.
/// The client goes on by sending Next-Range back as its Range.
/// </summary>
/// <param name="keys">The first is the default.</param>
internal sealed class RangedList<T>(params RangeKey<T>[] keys)
{
    private readonly string _names = string.Join(", ", keys.Select(static k => k.Name));

    /// <summary>For what is in memory.</summary>
    public Task<ApiAnswer> AnswerAsync<TShape>(HttpRequest request, ImmutableArray<T> list, Func<T, TShape> shape, CancellationToken ct) =>
        AnswerAsync(request, list.ToArray().AsQueryable(), shape, ct);

    public async Task<ApiAnswer> AnswerAsync<TShape>(HttpRequest request, IQueryable<T> list, Func<T, TShape> shape, CancellationToken ct)
    {
        // 1. What is asked for?
        if (!RangeHeader.Parse(request.Headers.Range).TryGet(out var range, out var refusal))
            return ApiErrors.BadRange(refusal.Message);
        if ((range.Attribute is null ? keys[0] : keys.FirstOrDefault(k => k.Name == range.Attribute)) is not { } key)
            return ApiErrors.BadRange($"The list has no range by \"{range.Attribute}\". It has: {_names}.");
        var down = range.Descending;

        // 2. Cut at both ends, in the order of the list.
        if (range.Start is { } start)
        {
            if (!key.Cut(list, start, range.StartExcluded, above: !down).TryGet(out list!, out refusal))
                return ApiErrors.BadRange(refusal.Message);
        }

        if (range.End is { } end)
        {
            if (!key.Cut(list, end, range.EndExcluded, above: down).TryGet(out list!, out refusal))
                return ApiErrors.BadRange(refusal.Message);
        }

        // 3. One more than asked for tells whether there is more.
        var page = key.Order(list, down).Take(range.Max + 1);
        var items = page is IAsyncEnumerable<T> ? await page.ToListAsync(ct) : [.. page];
        var more = items.Count > range.Max;
        if (more)
            items.RemoveAt(items.Count - 1);

        // 4. Say which part this is.
        List<(string, string)> headers = [("Accept-Ranges", _names)];
        if (items.Count > 0)
            headers.Add(("Content-Range", $"{key.Name} {key.Format(items[0])}..{key.Format(items[^1])}"));
        if (more)
            headers.Add(("Next-Range", $"{key.Name} ]{key.Format(items[^1])}..{(range.EndExcluded ? "[" : "")}{range.End}; max={range.Max}{(down ? ", order=desc" : "")}"));
        return ApiAnswer.Of(items.Select(shape).ToArray(), more ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK, headers);
    }
}
