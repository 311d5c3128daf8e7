namespace Renga.Router.Forwarding;

/// <summary>The names in a Connection header, which makes them hop-by-hop.</summary>
internal static class ConnectionNames
{
    public static bool Contains(string connection, string name)
    {
        foreach (var part in connection.AsSpan().Split(','))
        {
            if (connection.AsSpan(part).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
