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
                : null;
            if (rejection is not null)
            {
                return rejection;
            }
        }

        Turn[] turns = [.. Turns(contents)];
        return Answered(turns) ?? (Generation.Of(model) < FirstSigned ? null : Signed(turns, model, account));
    }

    /// <summary>Contents of one side in a row are one turn: a client that kept a stream has one for each piece.</summary>
    private static IEnumerable<Turn> Turns(JsonElement[] contents)
    {
        for (int first = 0, next; first < contents.Length; first = next)
        {
            bool isModel = IsModel(contents[first]);
            for (next = first + 1; next < contents.Length && IsModel(contents[next]) == isModel; next++)
            {
            }

            yield return new Turn(isModel, first + 1, [.. contents[first..next].SelectMany(Parts)]);
        }
    }

    private static Rejection? Answered(Turn[] turns)
    {
        for (int i = 0; i < turns.Length; i++)
        {
            int answers = turns[i].Responses.Count();
            int calls = i == 0 ? 0 : turns[i - 1].Calls.Count();
            if (calls == 0 && answers > 0)
            {
                return GenerateRequest.Invalid("Please ensure that function response turn comes immediately after a function call turn.");
            }

            if (calls != answers)
            {
                return GenerateRequest.Invalid("Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.");
            }

            if (turns[i].Responses.Any(answer => answer.Member("response") is not { ValueKind: JsonValueKind.Object }))
            {
                return GenerateRequest.Invalid($"Invalid value at 'contents[{turns[i].Position - 1}].parts[0].function_response.response' (type.googleapis.com/google.protobuf.Struct)");
            }
        }

        return null;
    }

    /// <summary>From the last thing that the user said, every step's first call.</summary>
    private static Rejection? Signed(Turn[] turns, string model, string account)
    {
        int said = Array.FindLastIndex(turns, turn => !turn.IsModel && turn.Responses.Count() < turn.Parts.Length);
        return turns[(said + 1)..]
            .Where(turn => turn.IsModel && turn.Calls.Any())
            .Select(turn => ThoughtSignatures.Check(turn.Calls.First(), model, account, turn.Position))
            .FirstOrDefault(rejection => rejection is not null);
    }

    private static bool IsModel(JsonElement content) => content.Member("role").Text() == "model";

    private static IEnumerable<JsonElement> Parts(JsonElement content) => content.Member("parts").Items();

    /// <param name="Position">Of its first content in the history, from 1, as the vendor counts.</param>
    private sealed record Turn(bool IsModel, int Position, JsonElement[] Parts)
    {
        /// <summary>The parts that call, signature and all.</summary>
        public IEnumerable<JsonElement> Calls => Parts.Where(part => part.Member("functionCall", "function_call") is not null);

        public IEnumerable<JsonElement> Responses => Parts.Select(part => part.Member("functionResponse", "function_response")).OfType<JsonElement>();
    }
}
