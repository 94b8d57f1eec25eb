using System.Text.Json;
using System.Text.RegularExpressions;

namespace Causeway.Simulator.Providers.Anthropic;

/// <summary>What messages must look like: roles, blocks, and tool results where they belong.</summary>
internal static partial class TurnRules
{
    public static Rejection? Check(JsonElement body, ClaudeLine? line, string version)
    {
        JsonElement[] messages = [.. body.Member("messages").Items()];
        for (int i = 0; i < messages.Length; i++)
        {
            string? role = messages[i].Member("role").Text();
            bool known = role is "user" or "assistant" || (role == "system" && line is null or { TakesSystemTurns: true });
            Rejection? rejection = !known ? Invalid($"messages.{i}.role: Input should be 'user' or 'assistant'")
                : Blocks(messages[i], role!, i, version) ?? Answered(messages, i) ?? Asked(messages, i);
            if (rejection is not null)
            {
                return rejection;
            }
        }

        return messages[^1].Member("role").Text() == "assistant" && line is { TakesPrefill: false }
            ? Invalid("This model does not support assistant message prefill. The conversation must end with a user message.")
            : ToolNames(body);
    }

    private static Rejection? Blocks(JsonElement message, string role, int index, string version)
    {
        if (message.Member("content") is { ValueKind: JsonValueKind.String } text && text.GetString()!.Length == 0)
        {
            return Invalid($"messages.{index}: all messages must have non-empty content except for the optional final assistant message");
        }

        int place = 0;
        foreach (JsonElement block in message.Member("content").Items())
        {
            string at = $"messages.{index}.content.{place++}";
            string? type = block.Member("type").Text();
            bool strict = version == ParameterRules.StrictVersion;
            Rejection? rejection = type switch
            {
                "text" when block.Member("text").Text() is null or "" => Invalid("messages: text content blocks must be non-empty"),
                "text" when strict && role == "user" && block.Member("citations") is not null => Invalid($"{at}.text.citations: Extra inputs are not permitted"),
                "document" when strict && role == "assistant" => Invalid($"{at}: `document` blocks are not permitted in assistant messages"),
                "tool_use" when !Id().IsMatch(block.Member("id").Text() ?? "") => Invalid($"{at}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'"),
                "tool_use" when block.Member("input") is not { ValueKind: JsonValueKind.Object } => Invalid($"{at}.tool_use.input: Input should be a valid dictionary"),
                null => Invalid($"{at}.type: Field required"),
                _ => null,
            };
            if (rejection is not null)
            {
                return rejection;
            }
        }

        return null;
    }

    /// <summary>Every call is answered in the very next message, results before anything else.</summary>
    private static Rejection? Answered(JsonElement[] messages, int index)
    {
        string[] calls = [.. Ids(messages[index], "tool_use", "id")];
        if (calls.Length == 0 || messages[index].Member("role").Text() != "assistant" || index == messages.Length - 1)
        {
            return null;
        }

        JsonElement next = messages[index + 1];
        IEnumerable<string> first = next.Member("content").Items().TakeWhile(block => block.Member("type").Text() == "tool_result")
            .Select(block => block.Member("tool_use_id").Text() ?? "");
        string[] missing = [.. calls.Except(next.Member("role").Text() == "user" ? first : [])];
        return missing.Length == 0 ? null : Invalid(
            $"messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately after: {string.Join(", ", missing)}. Each `tool_use` block must have a corresponding `tool_result` block in the next message.");
    }

    private static Rejection? Asked(JsonElement[] messages, int index)
    {
        IEnumerable<string> asked = index == 0 ? [] : Ids(messages[index - 1], "tool_use", "id");
        return Ids(messages[index], "tool_result", "tool_use_id").Except(asked).FirstOrDefault() is { } stray
            ? Invalid($"messages.{index}.content.0: unexpected `tool_use_id` found in `tool_result` blocks: {stray}. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.")
            : null;
    }

    private static Rejection? ToolNames(JsonElement body)
    {
        int index = 0;
        foreach (JsonElement tool in body.Member("tools").Items())
        {
            if (tool.Member("input_schema") is { } schema)
            {
                if (!ToolName().IsMatch(tool.Member("name").Text() ?? ""))
                {
                    return Invalid($"tools.{index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'");
                }

                if (schema.Member("type").Text() != "object")
                {
                    return Invalid($"tools.{index}.custom.input_schema.type: Input should be 'object'");
                }
            }

            index++;
        }

        return null;
    }

    private static IEnumerable<string> Ids(JsonElement message, string type, string member) =>
        message.Member("content").Items().Where(block => block.Member("type").Text() == type).Select(block => block.Member(member).Text() ?? "");

    private static Rejection Invalid(string message) => new(400, "invalid_request_error", message);

    [GeneratedRegex("^[a-zA-Z0-9_-]+$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Id();

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,128}$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex ToolName();
}
