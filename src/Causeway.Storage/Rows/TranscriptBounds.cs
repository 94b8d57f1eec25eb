using Causeway.Releases.Conversations;

namespace Causeway.Storage.Rows;

/// <summary>What either engine takes of transcripts.</summary>
internal static class TranscriptBounds
{
    /// <exception cref="ArgumentOutOfRangeException">One is too large: nothing of them is written.</exception>
    public static void Check(IReadOnlyList<SealedTranscript> answers)
    {
        foreach (SealedTranscript answer in answers)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(answer.Content.Length, ITranscriptStore.MaxSealed, nameof(answers));
        }
    }
}
