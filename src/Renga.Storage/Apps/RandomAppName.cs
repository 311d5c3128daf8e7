using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;

namespace Renga.Storage.Apps;

/// <summary>Names such as <c>quiet-lantern-48213</c>.</summary>
internal static class RandomAppName
{
    private static readonly ImmutableArray<string> Adjectives =
    [
        "amber", "ancient", "autumn", "bold", "brisk", "calm", "clear", "cold", "crisp", "dawn", "deep", "dry", "early", "fading", "fragrant", "frosty",
        "gentle", "golden", "hidden", "hushed", "icy", "late", "lively", "lone", "long", "misty", "morning", "mossy", "narrow", "patient", "plain", "polished",
        "proud", "quiet", "rapid", "restless", "rough", "shining", "shy", "silent", "silver", "slow", "snowy", "solitary", "sparkling", "spring", "still", "summer",
        "swift", "thin", "tidal", "twilight", "wandering", "warm", "weathered", "white", "wild", "winter", "wispy", "young",
    ];

    private static readonly ImmutableArray<string> Nouns =
    [
        "anchor", "bamboo", "bird", "blossom", "brick", "bridge", "brook", "candle", "cedar", "cherry", "cliff", "cloud", "coral", "crane", "creek", "dew",
        "dream", "dune", "ember", "feather", "fern", "field", "firefly", "fjord", "flower", "forest", "frost", "gate", "glade", "grove", "harbor", "haze",
        "heron", "hill", "island", "kite", "lake", "lantern", "leaf", "maple", "meadow", "moon", "mountain", "oak", "orchard", "paper", "pebble", "pine",
        "plum", "pond", "rain", "reed", "ridge", "river", "sea", "shadow", "shore", "sky", "snow", "star", "stone", "stream", "sunset", "temple",
        "thunder", "tree", "valley", "verse", "village", "violet", "water", "wave", "willow", "wind", "wood",
    ];

    public static string New() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Pick(Adjectives)}-{Pick(Nouns)}-{RandomNumberGenerator.GetInt32(10_000, 100_000)}");

    private static string Pick(ImmutableArray<string> words) => words[RandomNumberGenerator.GetInt32(words.Length)];
}
