using System.Globalization;
using Causeway.Releases.Channels;
using Causeway.Releases.Parameters;
using Causeway.Releases.Releases;
using Causeway.Wire.Neutral;

namespace Causeway.Gateway.Flow;

/// <summary>The seam between the rooms: what a release sets, in the wire's words.</summary>
internal static class ReleaseChanges
{
    /// <summary>Null where the release sets nothing, so that bodies can pass byte for byte.</summary>
    public static RequestChanges? Of(Release release)
    {
        ReleaseParameters set = release.Parameters;
        return release.Prompt is null && set.Values.IsEmpty
            ? null
            : new RequestChanges
            {
                Prompt = release.Prompt,
                Temperature = Text(set.Temperature),
                TopP = Text(set.TopP),
                TopK = Text(set.TopK),
                FrequencyPenalty = Text(set.FrequencyPenalty),
                PresencePenalty = Text(set.PresencePenalty),
                Seed = Text(set.Seed),
                MaxOutputTokens = set.MaxOutputTokens,
                ReasoningEffort = set.ReasoningEffort,
                StopSequences = set.Stop,
                Verbosity = set.Verbosity,
            };
    }

    public static Unsupported Of(UnsupportedFields fields) => fields == UnsupportedFields.Drop ? Unsupported.Drop : Unsupported.Deny;

    private static string? Text(double? number) => number?.ToString("R", CultureInfo.InvariantCulture);

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
