using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI;

/// <summary>The end user's id as OpenAI takes it. Other vendors take longer ones, and their tools send them.</summary>
internal static class SafetyIdentifier
{
    /// <summary>For the table of verdicts.</summary>
    public const string Note = "up to 128 characters; a longer one is dropped";

    // Characters; OpenAI's reference of chat completions and responses, November 2026.
    private const int MaxLength = 128;

    public static bool Takes(JsonSlice endUser) => endUser.Text() is not { Length: > MaxLength };
}
