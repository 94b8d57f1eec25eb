using System.Text.Json;

namespace Causeway.Simulator.Providers.Gemini;

/// <summary>What contents must look like: roles, calls with as many answers, signatures within the turn that is going on.</summary>
internal static class TurnRules
{
    /// <summary>The first generation whose calls must bring their signatures back.</summary>
    private const int FirstSigned = 3;

    public static Rejection? Check(JsonElement body, string model, string account)
    {
        JsonElement[] contents = [.. body.Member("contents").Items()];
        for (int i = 0; i < contents.Length; i++)
        {
            Rejection? rejection = contents[i].Member("role").Text() is not (null or "user" or "model" or "function") ? GenerateRequest.Invalid("Please use a valid role: user, model.")
                : !Parts(contents[i]).Any() ? GenerateRequest.Invalid($"* GenerateContentRequest.contents[{i}].parts: contents.parts must not be empty.\n")
                : Answered(contents, i);
            if (rejection is not null)
            {
                return rejection;
            }
        }

        return Generation.Of(model) < FirstSigned ? null : Signed(contents, model, account);
    }

    private static Rejection? Answered(JsonElement[] contents, int index)
    {
        int answers = Responses(contents[index]).Count();
        int calls = index == 0 ? 0 : Calls(contents[index - 1]).Count();
        if (calls == 0 && answers > 0)
        {
            return GenerateRequest.Invalid("Please ensure that function response turn comes immediately after a function call turn.");
        }

        return calls != answers
            ? GenerateRequest.Invalid("Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.")
            : Responses(contents[index]).Any(answer => answer.Member("response") is not { ValueKind: JsonValueKind.Object })
                ? GenerateRequest.Invalid($"Invalid value at 'contents[{index}].parts[0].function_response.response' (type.googleapis.com/google.protobuf.Struct)")
                : null;
    }

    /// <summary>From the last thing that the user said, every step's first call.</summary>
    private static Rejection? Signed(JsonElement[] contents, string model, string account)
    {
        int turn = Array.FindLastIndex(contents, content => content.Member("role").Text() is not "model" && Responses(content).Count() < Parts(content).Count());
        for (int i = turn + 1; i < contents.Length; i++)
        {
            if (contents[i].Member("role").Text() == "model" && Calls(contents[i]).FirstOrDefault() is { ValueKind: JsonValueKind.Object } first
                && ThoughtSignatures.Check(first, model, account, i + 1) is { } rejection)
            {
                return rejection;
            }
        }

        return null;
    }

    private static IEnumerable<JsonElement> Parts(JsonElement content) => content.Member("parts").Items();

    /// <summary>The parts that call, signature and all.</summary>
    private static IEnumerable<JsonElement> Calls(JsonElement content) => Parts(content).Where(part => part.Member("functionCall", "function_call") is not null);

    private static IEnumerable<JsonElement> Responses(JsonElement content) =>
        Parts(content).Select(part => part.Member("functionResponse", "function_response")).OfType<JsonElement>();
}
