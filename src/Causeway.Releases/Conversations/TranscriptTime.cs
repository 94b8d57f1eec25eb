namespace Causeway.Releases.Conversations;

/// <summary>For how long transcripts may be kept after the last answer of their conversation.</summary>
public static class TranscriptTime
{
    /// <summary>The shortest time: an hour.</summary>
    public const int MinSeconds = 3600;

    /// <summary>The longest time: 30 days, as providers keep state of one.</summary>
    public const int MaxSeconds = 30 * 24 * 3600;
}
