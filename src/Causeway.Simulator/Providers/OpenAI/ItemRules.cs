using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Providers.OpenAI.Kept;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>Input items of Responses: calls with their outputs, reasoning with its seal, references to what is stored.</summary>
internal static class ItemRules
{
    public const string Reasoning = "reasoning";
    private const int MaxCallIdChars = 64;

    public static Seal SealFor(string account, JsonElement body, string model) =>
        Seal.Of(account, (body.Member("safety_identifier") ?? body.Member("user")).Text() ?? "", model);

    /// <param name="before">The response that the request goes on from, null if none.</param>
    public static (Rejection? Rejection, IReadOnlyList<Removed> Removed) Check(Incoming incoming, string model, StoredResponse? before, StoredResponses stored)
    {
        JsonElement[] items = [.. incoming.Json.Member("input").Items()];
        List<Removed> removed = [];
        HashSet<string> open = [.. before?.OpenCalls ?? new HashSet<string>()];
        HashSet<string> known = [.. open];
        for (int i = 0; i < items.Length; i++)
        {
            Rejection? rejection = items[i].Member("type").Text() switch
            {
                "function_call" or "custom_tool_call" => Asked(items[i], i, open, known),
                "function_call_output" or "custom_tool_call_output" => Answered(items[i], open, known),
                "reasoning" => Sealed(items[i], incoming, model, stored, removed),
                "item_reference" => Stored(items[i].Member("id").Text() ?? "", incoming.Account, stored),
                _ => null,
            };
            if (rejection is not null)
            {
                return (rejection, removed);
            }
        }

        return (open.Count > 0 ? Invalid("input", $"No tool output found for function call {open.First()}.") : null, removed);
    }

    private static Rejection? Asked(JsonElement item, int index, HashSet<string> open, HashSet<string> known)
    {
        string id = item.Member("call_id").Text() ?? "";
        if (id.Length > MaxCallIdChars)
        {
            string place = $"input[{index}].call_id";
            return Invalid(place, $"Invalid '{place}': string too long. Expected a string with maximum length {MaxCallIdChars}, but got a string with length {id.Length} instead.") with
            {
                Code = "string_above_max_length",
            };
        }

        open.Add(id);
        known.Add(id);
        return null;
    }

    private static Rejection? Answered(JsonElement item, HashSet<string> open, HashSet<string> known)
    {
        string id = item.Member("call_id").Text() ?? "";
        open.Remove(id);
        return known.Contains(id) ? null : Invalid("input", $"No tool call found for function call output with call_id {id}.");
    }

    private static Rejection? Sealed(JsonElement item, Incoming incoming, string model, StoredResponses stored, List<Removed> removed)
    {
        string id = item.Member("id").Text() ?? "";
        if (item.Member("encrypted_content").Text() is not { } content)
        {
            return Stored(id, incoming.Account, stored);
        }

        if (Seal.Read(Reasoning, content, "") is not { } seal)
        {
            return Invalid("input", $"The encrypted content for item {id} could not be verified. Reason: Encrypted content could not be decrypted or parsed.") with
            {
                Code = "invalid_encrypted_content",
            };
        }

        Seal wanted = SealFor(incoming.Account, incoming.Json, model);
        string? reason = seal.Account != wanted.Account ? "organization_mismatch"
            : seal.User != wanted.User ? "end_user_mismatch"
            : seal.Model != wanted.Model ? "model_mismatch"
            : null;
        if (reason is not null)
        {
            removed.Add(new Removed(id, reason));
        }

        return null;
    }

    private static Rejection? Stored(string id, string account, StoredResponses stored) => stored.HasItem(account, id)
        ? null
        : new(404, "invalid_request_error", $"Item with id '{id}' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.")
        {
            Param = "input",
        };

    private static Rejection Invalid(string place, string message) => new(400, "invalid_request_error", message) { Param = place };
}
