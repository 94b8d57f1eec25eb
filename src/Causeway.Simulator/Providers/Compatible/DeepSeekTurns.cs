using System.Text.Json;

namespace Causeway.Simulator.Providers.Compatible;

/// <summary>V4 models want their reasoning back within a loop of tools, older ones refuse to see it again.</summary>
internal static class DeepSeekTurns
{
    public static Rejection? Check(Incoming incoming, string model)
    {
        JsonElement[] messages = [.. incoming.Json.Member("messages").Items()];
        int lastUser = Array.FindLastIndex(messages, message => message.Member("role").Text() == "user");
        for (int i = 0; i < messages.Length; i++)
        {
            bool carries = messages[i].Member("reasoning_content") is not null;
            bool inLoop = i > lastUser && messages[i].Member("role").Text() == "assistant" && messages[i].Member("tool_calls").Items().Any();
            if (carries && !IsV4(model))
            {
                return Invalid("The reasoning_content is not allowed in the input messages of this model.");
            }

            if (!carries && inLoop && Reasons(incoming, model))
            {
                return Invalid($"Missing `reasoning_content` field in the assistant message at message index {i}.");
            }
        }

        return null;
    }

    public static bool Reasons(Incoming incoming, string model) =>
        (IsV4(model) && incoming.Json.Member("thinking").Member("type").Text() != "disabled") || model == "deepseek-reasoner";

    private static bool IsV4(string model) => model.StartsWith("deepseek-v4", StringComparison.Ordinal) || model == "deepseek-flash";

    private static Rejection Invalid(string message) => new(400, "invalid_request_error", message) { Code = "invalid_request_error" };
}
