using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Causeway.Simulator.Providers.Bedrock;

/// <summary>What Converse refuses whatever the model.</summary>
internal static partial class ConverseRules
{
    private const int MaxIdChars = 64;

    public static Rejection? Check(JsonElement body)
    {
        JsonElement[] messages = [.. body.Member("messages").Items()];
        if (messages.FirstOrDefault().Member("role").Text() != "user")
        {
            return Invalid("A conversation must start with a user message. Try again with a conversation that starts with a user message.");
        }

        for (int i = 0; i < messages.Length; i++)
        {
            if (Turn(messages, i) is { } rejection)
            {
                return rejection;
            }
        }

        bool usesTools = messages.SelectMany(Blocks).Any(block => block.Member("toolUse") is not null || block.Member("toolResult") is not null);
        return usesTools && body.Member("toolConfig") is null
            ? Invalid("The toolConfig field must be defined when using toolUse and toolResult content blocks.")
            : Tools(body.Member("toolConfig")) ?? Fields(body);
    }

    public static Rejection Invalid(string message) => new(400, "ValidationException", message);

    private static Rejection? Turn(JsonElement[] messages, int index)
    {
        JsonElement message = messages[index];
        string? role = message.Member("role").Text();
        if (role is not ("user" or "assistant"))
        {
            return Constraint(role ?? "", string.Create(CultureInfo.InvariantCulture, $"messages.{index + 1}.member.role"), "enum value set: [user, assistant]");
        }

        if (index > 0 && messages[index - 1].Member("role").Text() == role)
        {
            return Invalid("A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.");
        }

        if (!Blocks(message).Any())
        {
            return Invalid($"The content field in the Message object at messages.{index} is empty. Add a ContentBlock object to the content field and try again.");
        }

        int place = 0;
        foreach (JsonElement block in Blocks(message))
        {
            if (BlockRules.Check(block, $"messages.{index}.content.{place++}") is { } rejection)
            {
                return rejection;
            }
        }

        return Answers(messages, index);
    }

    /// <summary>Every call of the turn before is answered here, and nothing else is.</summary>
    private static Rejection? Answers(JsonElement[] messages, int index)
    {
        string[] calls = index == 0 ? [] : [.. Ids(messages[index - 1], "toolUse")];
        string[] results = [.. Ids(messages[index], "toolResult")];
        string[] missing = [.. calls.Except(results)];
        return missing.Length > 0 ? Invalid($"Expected toolResult blocks at messages.{index}.content for the following Ids: {string.Join(", ", missing)}")
            : results.Except(calls).Any() ? Invalid($"The number of toolResult blocks at messages.{index}.content exceeds the number of toolUse blocks of previous turn.")
            : null;
    }

    private static Rejection? Tools(JsonElement? config)
    {
        if (config is null)
        {
            return null;
        }

        int index = 0;
        foreach (JsonElement tool in config.Member("tools").Items())
        {
            index++;
            if (tool.Member("toolSpec") is { } spec)
            {
                string place = $"toolConfig.tools.{index}.member.toolSpec";
                Rejection? rejection = Name(spec.Member("name").Text() ?? "", place + ".name")
                    ?? (spec.Member("inputSchema").Member("json").Member("type").Text() == "object" ? null : Invalid($"The value at {place}.inputSchema.json.type must be one of the following: object."));
                if (rejection is not null)
                {
                    return rejection;
                }
            }
        }

        JsonElement? choice = config.Member("toolChoice");
        return index == 0 ? Invalid("1 validation error detected: Value at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1")
            : choice is not null && choice.Member("auto") is null && choice.Member("any") is null && choice.Member("tool") is null
                ? Invalid("The value at toolConfig.toolChoice must be one of the following: auto, any, tool.")
                : null;
    }

    private static Rejection? Fields(JsonElement body)
    {
        int index = 0;
        foreach (JsonElement block in body.Member("system").Items())
        {
            if (block.Member("text") is { } text && string.IsNullOrWhiteSpace(((JsonElement?)text).Text()))
            {
                return Invalid($"The text field in the SystemContentBlock object at system.{index} is blank. Add text to the text field, and try again.");
            }

            index++;
        }

        return body.Member("inferenceConfig").Member("temperature") is { ValueKind: JsonValueKind.Number } temperature && temperature.GetDouble() is < 0 or > 1
            ? Constraint(temperature.GetRawText(), "inferenceConfig.temperature", "value less than or equal to 1")
            : null;
    }

    /// <summary>Of a tool, and the id of a call.</summary>
    public static Rejection? Name(string name, string place) =>
        name.Length > MaxIdChars ? Constraint(name, place, "length less than or equal to 64")
        : IdPattern().IsMatch(name) ? null
        : Constraint(name, place, "regular expression pattern: [a-zA-Z0-9_-]+");

    private static Rejection Constraint(string value, string place, string rule) =>
        Invalid($"1 validation error detected: Value '{value}' at '{place}' failed to satisfy constraint: Member must satisfy {rule}");

    private static IEnumerable<JsonElement> Blocks(JsonElement message) => message.Member("content").Items();

    private static IEnumerable<string> Ids(JsonElement message, string kind) =>
        Blocks(message).Select(block => block.Member(kind).Member("toolUseId").Text()).OfType<string>();

    [GeneratedRegex("^[a-zA-Z0-9_-]+$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex IdPattern();
}
