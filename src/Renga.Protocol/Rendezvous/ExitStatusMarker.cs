namespace Renga.Protocol.Rendezvous;

/// <summary>
/// The line that <c>heroku run --exit-code</c> has the dyno print. The client looks for it in each chunk by itself, so it must never be split:
/// output is cut into pieces such that the whole line is one piece.
/// </summary>
public static class ExitStatusMarker
{
    private const int MaxDigits = 10;

    /// <summary>U+FFFF, then the words, then the number.</summary>
    public static ReadOnlySpan<byte> Start => "\uFFFF heroku-command-exit-status: "u8;

    /// <summary>
    /// How many bytes at the front make the next piece to send; 0 when all there is may belong to a line that has not ended, and more should be waited for.
    /// </summary>
    public static int NextPiece(ReadOnlySpan<byte> output)
    {
        var at = output.IndexOf(Start);
        if (at > 0)
            return at;
        return at == 0 ? MarkerLine(output) : output.Length - PartAtEnd(output);
    }

    /// <summary>The marker with its number and line end; 0 when the number may go on.</summary>
    private static int MarkerLine(ReadOnlySpan<byte> output)
    {
        var end = Start.Length;
        while (end < output.Length && char.IsAsciiDigit((char)output[end]))
            end++;
        if (end == output.Length)
            return end - Start.Length > MaxDigits ? end : 0;
        while (end < output.Length && output[end] is (byte)'\r' or (byte)'\n')
            end++;
        return end;
    }

    /// <summary>Bytes at the end that may be the beginning of a marker.</summary>
    private static int PartAtEnd(ReadOnlySpan<byte> output)
    {
        for (var length = Math.Min(Start.Length - 1, output.Length); length > 0; length--)
        {
            if (Start.StartsWith(output[^length..]))
                return length;
        }

        return 0;
    }
}
