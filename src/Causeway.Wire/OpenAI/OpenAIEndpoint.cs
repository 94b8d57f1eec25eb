using Causeway.Wire.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Chat;
using Causeway.Wire.OpenAI.Servers;

namespace Causeway.Wire.OpenAI;

/// <summary>Chooses between chat completions and Responses at a provider that speaks OpenAI's protocol.</summary>
public static class OpenAIEndpoint
{
    /// <summary>The names that <see cref="Target.Server"/> can have.</summary>
    public static IReadOnlyCollection<string> Servers => ServerList.Names;

    /// <summary>The operation to call, whatever protocol the caller speaks.</summary>
    /// <param name="model">The provider's name of the model.</param>
    /// <param name="server">The server's name; see <see cref="Target.Server"/>.</param>
    /// <param name="hasTools">The request defines tools.</param>
    /// <param name="effort">The reasoning effort that the request or the release states; null: none, and the model's default holds.</param>
    /// <param name="asked">The caller's operation. One that generates nothing is its own answer.</param>
    /// <remarks>
    /// From gpt-5.4 on, chat refuses function tools while the model reasons, and some models cannot be told not to. A request that states no
    /// effort goes to Responses, which takes tools either way.
    /// </remarks>
    public static Operation For(string model, string server, bool hasTools, string? effort, Operation asked)
    {
        if (Operations.GenAiName(asked) is not ("chat" or "generate_content"))
        {
            return asked;
        }

        ServerDeviations deviations = ServerList.Of(server);
        if (!deviations.OffersResponses)
        {
            return Operation.ChatCompletions;
        }

        if (asked == Operation.Responses)
        {
            return asked;
        }

        if (!deviations.HasOpenAIModels)
        {
            return Operation.ChatCompletions;
        }

        OpenAIModelRule rule = OpenAIModelRules.Of(model);
        Effort? stated = Efforts.Parse(effort);
        bool needsResponses = rule.ResponsesOnly
            || (hasTools && rule.ReasonsWithToolsOnResponsesOnly && !(stated == Effort.None && rule.TakesNone))
            || (stated is not null && stated == rule.ResponsesOnlyEffort);
        bool prefersResponses = asked != Operation.ChatCompletions && rule.Reasons;
        return needsResponses || prefersResponses ? Operation.Responses : Operation.ChatCompletions;
    }

    /// <summary>The field that caps the output of a chat completion at a server.</summary>
    public static string CapFieldOf(string server) => ServerList.Of(server).CapField;

    /// <summary>
    /// Whether a chat body can go to a model of the server byte for byte: no member in it has another name there, is refused there, or is to
    /// be left out. A few searches; what they take for such a member wrongly costs a translation, never the answer.
    /// </summary>
    public static bool TakesAsIs(string model, string server, ReadOnlySpan<byte> body)
    {
        ServerDeviations deviations = ServerList.Of(server);
        bool renamed = (deviations.CapField != "max_completion_tokens" && JsonText.HasMember(body, "\"max_completion_tokens\""u8))
            || (deviations.SeedField != "seed" && JsonText.HasMember(body, "\"seed\""u8))
            || (deviations.WantsReasoningOfCalls(model) && JsonText.HasMember(body, "\"tool_calls\""u8))
            || (deviations.CallIds.Exact && JsonText.HasMember(body, "\"tool_call_id\""u8))
            || (!deviations.DeveloperRole && body.IndexOf("\"developer\""u8) >= 0)
            || (!deviations.HasOpenAIModels && JsonText.HasMember(body, "\"functions\""u8))
            || (!deviations.StreamOptions && JsonText.HasMember(body, "\"stream\""u8));
        return !renamed && !HoldsUntakenReasoning(deviations, model, body) && !HoldsUntakenHint(deviations, model, body);
    }

    private static bool HoldsUntakenReasoning(ServerDeviations deviations, string model, ReadOnlySpan<byte> body) =>
        deviations.ReasoningFieldOf(model) is null
        && (JsonText.HasMember(body, "\"reasoning_content\""u8) || JsonText.HasMember(body, "\"reasoning_details\""u8));

    private static bool HoldsUntakenHint(ServerDeviations deviations, string model, ReadOnlySpan<byte> body)
    {
        foreach ((byte[] member, Concept concept) in ChatFields.Hints)
        {
            if (!deviations.Takes(concept, model) && JsonText.HasMember(body, member))
            {
                return true;
            }
        }

        return false;
    }
}
