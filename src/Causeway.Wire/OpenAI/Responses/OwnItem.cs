using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>
/// An item of the input as it stood, kept beside what was read of it. All parts of an item share one <see cref="Extras"/>, so that a writer of
/// the same operation gives each item back once, with every member it had.
/// </summary>
internal static class OwnItem
{
    /// <summary>A whole item.</summary>
    public const string Item = "item";

    /// <summary>The whole input, where it is a text.</summary>
    public const string Input = "input";

    /// <summary>The member <c>instructions</c>.</summary>
    public const string Instructions = "instructions";

    public static Extras Of(string name, JsonSlice raw) => new() { new KeyValuePair<string, JsonSlice>(name, raw) };

    /// <summary>What was kept under that name; absent where nothing was.</summary>
    public static JsonSlice Raw(Extras? extras, string name)
    {
        foreach ((string key, JsonSlice value) in extras ?? [])
        {
            if (key == name)
            {
                return value;
            }
        }

        return default;
    }
}
