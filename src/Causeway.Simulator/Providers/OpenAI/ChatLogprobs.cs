using System.Text;
using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>Likelihoods as both of OpenAI's text endpoints write them.</summary>
internal static class ChatLogprobs
{
    /// <summary>The <c>logprobs</c> member of a choice: null unless asked for.</summary>
    /// <param name="first">The place of the first piece in the whole text.</param>
    public static void Member(Utf8JsonWriter w, Ask ask, IReadOnlyList<string> pieces, int first)
    {
        if (ask.TopLogprobs is null || pieces.Count == 0)
        {
            w.WriteNull("logprobs");
            return;
        }

        w.WriteStartObject("logprobs");
        w.WritePropertyName("content");
        List(w, ask, pieces, first);
        w.WriteNull("refusal");
        w.WriteEndObject();
    }

    public static void List(Utf8JsonWriter w, Ask ask, IReadOnlyList<string> pieces, int first)
    {
        w.WriteStartArray();
        for (int i = 0; i < pieces.Count && ask.TopLogprobs is not null; i++)
        {
            Likelihood likelihood = Likelihood.At(first + i, pieces[i]);
            w.WriteStartObject();
            Token(w, likelihood);
            w.WriteStartArray("top_logprobs");
            foreach (Likelihood other in likelihood.Alternatives(ask.TopLogprobs.Value))
            {
                w.WriteStartObject();
                Token(w, other);
                w.WriteEndObject();
            }

            w.WriteEndArray();
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }

    private static void Token(Utf8JsonWriter w, Likelihood likelihood)
    {
        w.WriteString("token", likelihood.Token);
        w.WriteNumber("logprob", likelihood.LogProbability);
        w.WriteStartArray("bytes");
        foreach (byte b in Encoding.UTF8.GetBytes(likelihood.Token))
        {
            w.WriteNumberValue(b);
        }

        w.WriteEndArray();
    }
}
