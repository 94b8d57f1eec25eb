using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>The usage object as OpenAI and those who speak its language count.</summary>
internal static class ChatUsage
{
    public static void Full(Utf8JsonWriter w, Ask ask, Answer answer) => Write(w, answer, answer.Tokens.Output, (tokens, _) =>
    {
        w.WriteStartObject("prompt_tokens_details");
        w.WriteNumber("cached_tokens", tokens.CacheRead);
        w.WriteNumber("cache_write_tokens", tokens.CacheWrite);
        w.WriteNumber("audio_tokens", 0);
        w.WriteEndObject();
        w.WriteStartObject("completion_tokens_details");
        w.WriteNumber("reasoning_tokens", tokens.Reasoning);
        w.WriteNumber("audio_tokens", 0);
        w.WriteNumber("accepted_prediction_tokens", 0);
        w.WriteNumber("rejected_prediction_tokens", 0);
        w.WriteEndObject();
    });

    /// <summary>Three numbers and no details.</summary>
    public static void Bare(Utf8JsonWriter w, Ask ask, Answer answer) => Write(w, answer, answer.Tokens.Output, (_, _) => { });

    /// <param name="completion">The number that <c>completion_tokens</c> shows; the total is always of everything.</param>
    /// <param name="details">Further members.</param>
    public static void Write(Utf8JsonWriter w, Answer answer, long completion, Action<Tokens, Utf8JsonWriter> details)
    {
        if (answer.UsageJson is { } verbatim)
        {
            w.Verbatim(verbatim);
            return;
        }

        w.WriteStartObject();
        w.WriteNumber("prompt_tokens", answer.Tokens.Input);
        w.WriteNumber("completion_tokens", completion);
        w.WriteNumber("total_tokens", answer.Tokens.Input + answer.Tokens.Output);
        details(answer.Tokens, w);
        w.WriteEndObject();
    }
}
