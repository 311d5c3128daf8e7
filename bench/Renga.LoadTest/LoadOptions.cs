using System.Globalization;

namespace Renga.LoadTest;

/// <summary>How hard and how long.</summary>
internal sealed record LoadOptions(int Rounds = 3, int Seconds = 5, int Connections = 32)
{
    public static LoadOptions Parse(string[] arguments)
    {
        var options = new LoadOptions();
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            var value = int.Parse(arguments[i + 1], CultureInfo.InvariantCulture);
            options = arguments[i] switch
            {
                "--rounds" => options with { Rounds = value },
                "--seconds" => options with { Seconds = value },
                "--connections" => options with { Connections = value },
                var other => throw new ArgumentException($"Unknown option {other}."),
            };
        }

        return options;
    }
}
