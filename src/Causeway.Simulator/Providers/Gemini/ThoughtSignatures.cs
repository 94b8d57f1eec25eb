using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.Gemini;

/// <summary>Signs the first call of a step, and holds it against its signature when the history brings it back.</summary>
internal static class ThoughtSignatures
{
    private const string Kind = "thought";

    /// <summary>Documented for histories that were not made by this vendor.</summary>
    private const string Sentinel = "skip_thought_signature_validator";

    /// <param name="function">The function that is called; arguments may be respelled on the way and are not vouched for. Empty for text.</param>
    public static string Write(Ask ask, string function) => Seal.Of(ask.Account, user: "", ask.Model).Write(Kind, function);

    /// <param name="position">The content's place in the history, from 1, as the vendor counts.</param>
    public static Rejection? Check(JsonElement part, string model, string account, int position)
    {
        string function = part.Member("functionCall", "function_call").Member("name").Text() ?? "";
        if (part.Member("thoughtSignature", "thought_signature").Text() is not { Length: > 0 } signature)
        {
            return GenerateRequest.Invalid(
                "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. "
                + $"Additional data, function call `default_api:{function}` , position {position}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.");
        }

        return signature == Sentinel || Seal.Read(Kind, signature, function) == Seal.Of(account, user: "", model)
            ? null
            : GenerateRequest.Invalid("Corrupted thought signature.");
    }
}
