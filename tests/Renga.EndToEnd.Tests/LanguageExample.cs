namespace Renga.EndToEnd.Tests;

/// <summary>A row of <see cref="LanguageTests"/>.</summary>
/// <param name="Name">The folder in <c>examples</c>.</param>
/// <param name="ChangedFile">Where "Hello from" becomes "Goodbye from".</param>
internal sealed record LanguageExample(string Name, string ChangedFile)
{
    /// <summary>What only the first build says: it installs.</summary>
    public string? SaysInstalled { get; init; }

    /// <summary>What the second build says: nothing had to be installed.</summary>
    public string? SaysCached { get; init; }

    /// <summary>Folders of the slug that hold what was installed and not what is compiled from the app.</summary>
    public string[] Installed { get; init; } = [];

    /// <summary>Folders of the cache that hold what was downloaded; all of it, unless the language keeps there what it compiled.</summary>
    public string[] Downloads { get; init; } = [""];

    /// <summary>Config vars of the app, for a mirror.</summary>
    public object? Config { get; init; }

    /// <summary>Adds to the source what a registry would have, where none can be reached.</summary>
    public Func<string, CancellationToken, Task>? Prepare { get; init; }
}
