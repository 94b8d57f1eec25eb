using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.Compatible;

/// <summary>Members that only one server adds.</summary>
internal static class ServerExtras
{
    /// <summary>llama.cpp.</summary>
    public static void Timings(Utf8JsonWriter w, Ask ask, Answer answer)
    {
        w.WriteStartObject("timings");
        w.WriteNumber("prompt_n", answer.Tokens.Input);
        w.WriteNumber("prompt_ms", 1.5);
        w.WriteNumber("predicted_n", answer.Tokens.Output);
        w.WriteNumber("predicted_ms", 2.5);
        w.WriteEndObject();
    }

    /// <summary>OpenRouter: who served.</summary>
    public static void Provider(Utf8JsonWriter w, Ask ask, Answer answer) => w.WriteString("provider", "Simulator");
}
