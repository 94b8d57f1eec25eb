using System.Text.Json;
using System.Text.RegularExpressions;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>What chat messages and tools must look like.</summary>
internal static partial class ChatTurnRules
{
    public static Rejection? Check(JsonElement body)
    {
        JsonElement[] messages = [.. body.Member("messages").Items()];
        HashSet<string> open = [];
        for (int i = 0; i < messages.Length; i++)
        {
            string? role = messages[i].Member("role").Text();
            if (role == "tool")
            {
                if (!open.Remove(messages[i].Member("tool_call_id").Text() ?? "") && !Earlier(messages, i))
                {
                    return Invalid($"messages.[{i}].role", "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.");
                }

                if (messages[i].Member("content").Items().Select(part => part.Member("type").Text()).FirstOrDefault(type => type != "text") is { } type)
                {
                    return Invalid($"messages[{i}].content", $"Invalid value: '{type}'. Supported values are: 'text'.");
                }

                continue;
            }

            if (open.Count > 0)
            {
                return Unanswered(open);
            }

            open = [.. messages[i].Member("tool_calls").Items().Select(call => call.Member("id").Text()).OfType<string>()];
        }

        return open.Count > 0 ? Unanswered(open) : Tools(body);
    }

    /// <summary>Answering one call twice is taken; answering none is not.</summary>
    private static bool Earlier(JsonElement[] messages, int index) => messages.Take(index)
        .SelectMany(message => message.Member("tool_calls").Items())
        .Any(call => call.Member("id").Text() == messages[index].Member("tool_call_id").Text());

    private static Rejection? Tools(JsonElement body)
    {
        if (body.Member("tool_choice").Text() is { } choice and not ("none" or "auto" or "required"))
        {
            return Invalid("tool_choice", $"Invalid value: '{choice}'. Supported values are: 'none', 'auto', and 'required'.");
        }

        int index = 0;
        foreach (JsonElement tool in body.Member("tools").Items())
        {
            if (tool.Member("type").Text() == "function" && !Name().IsMatch(tool.Member("function").Member("name").Text() ?? ""))
            {
                string place = $"tools[{index}].function.name";
                return Invalid(place, $"Invalid '{place}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.");
            }

            index++;
        }

        return null;
    }

    private static Rejection Unanswered(IEnumerable<string> ids) => Invalid("messages",
        $"An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: {string.Join(", ", ids)}");

    private static Rejection Invalid(string place, string message) => new(400, "invalid_request_error", message) { Param = place };

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Name();
}
