using System.Globalization;

namespace Renga.Router.Failures;

/// <summary>Reads one thing from an Accept header: would this client rather have JSON than a page for people?</summary>
internal static class AcceptHeader
{
    public static bool PrefersJson(string? accept)
    {
        if (string.IsNullOrEmpty(accept))
            return false;
        double json = 0, html = 0;
        foreach (var part in accept.AsSpan().Split(','))
        {
            var (type, quality) = Parse(accept.AsSpan(part));
            if (type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
                json = Math.Max(json, quality);
            else if (type.Equals("text/html", StringComparison.OrdinalIgnoreCase) || type.Equals("text/*", StringComparison.OrdinalIgnoreCase))
                html = Math.Max(html, quality);
        }

        return json > html;
    }

    private static MediaRange Parse(ReadOnlySpan<char> range)
    {
        var semicolon = range.IndexOf(';');
        if (semicolon < 0)
            return new(range.Trim(), 1);
        var q = range[semicolon..].IndexOf("q=", StringComparison.OrdinalIgnoreCase);
        var quality = 1.0;
        if (q >= 0)
        {
            var text = range[(semicolon + q + 2)..];
            var end = text.IndexOf(';');
            if (!double.TryParse(end < 0 ? text : text[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out quality))
                quality = 0;
        }

        return new(range[..semicolon].Trim(), quality);
    }

    private readonly ref struct MediaRange(ReadOnlySpan<char> type, double quality)
    {
        private readonly ReadOnlySpan<char> _type = type;

        public void Deconstruct(out ReadOnlySpan<char> type, out double q)
        {
            type = _type;
            q = quality;
        }
    }
}
