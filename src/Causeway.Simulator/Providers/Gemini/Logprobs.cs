using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.Gemini;

/// <summary>A candidate's likelihoods: what was chosen, and what else there was.</summary>
internal static class Logprobs
{
    /// <param name="first">The place of the first piece in the whole text.</param>
    public static void Members(Utf8JsonWriter w, Ask ask, IReadOnlyList<string> pieces, int first)
    {
        if (ask.TopLogprobs is not { } count || pieces.Count == 0)
        {
            return;
        }

        Likelihood[] chosen = [.. pieces.Select((piece, i) => Likelihood.At(first + i, piece))];
        w.WriteNumber("avgLogprobs", chosen.Average(likelihood => likelihood.LogProbability));
        w.WriteStartObject("logprobsResult");
        w.WriteStartArray("topCandidates");
        foreach (Likelihood likelihood in chosen)
        {
            w.WriteStartObject();
            w.WriteStartArray("candidates");
            foreach (Likelihood other in likelihood.Alternatives(count))
            {
                Candidate(w, other);
            }

            w.WriteEndArray();
            w.WriteEndObject();
        }

        w.WriteEndArray();
        w.WriteStartArray("chosenCandidates");
        foreach (Likelihood likelihood in chosen)
        {
            Candidate(w, likelihood);
        }

        w.WriteEndArray();
        w.WriteEndObject();
    }

    private static void Candidate(Utf8JsonWriter w, Likelihood likelihood)
    {
        w.WriteStartObject();
        w.WriteString("token", likelihood.Token);
        w.WriteNumber("logProbability", likelihood.LogProbability);
        w.WriteEndObject();
    }
}
