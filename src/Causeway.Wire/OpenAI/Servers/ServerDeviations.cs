using System.IO.Enumeration;
using System.Runtime.InteropServices;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Servers;

/// <summary>How a server that speaks OpenAI's protocol deviates from OpenAI. The defaults are OpenAI itself; a server's file names the rest.</summary>
internal sealed record ServerDeviations
{
    /// <summary>The name by which a provider's configuration chooses it.</summary>
    public required string Name { get; init; }

    /// <summary>Whether <see cref="OpenAIModelRules"/> apply: the server runs OpenAI's own models under their own names.</summary>
    public bool HasOpenAIModels { get; init; }

    /// <summary>Whether it answers <c>/v1/responses</c>.</summary>
    public bool OffersResponses { get; init; }

    /// <summary>The member that caps the generated tokens.</summary>
    public string CapField { get; init; } = "max_tokens";

    /// <summary>The member that seeds the sampler.</summary>
    public string SeedField { get; init; } = "seed";

    /// <summary>The member with the end user's id; null: there is none.</summary>
    public string? EndUserField { get; init; } = "user";

    /// <summary>Knows the role <c>developer</c>; otherwise that text is <c>system</c> text.</summary>
    public bool DeveloperRole { get; init; }

    /// <summary>Chat templates of open models refuse a second system message at the head, so the first ones become one.</summary>
    public bool OneSystemMessage { get; init; } = true;

    /// <summary>Knows <c>refusal</c> on an assistant's message; otherwise that text is ordinary content.</summary>
    public bool RefusalMember { get; init; }

    /// <summary>The word for "some tool must be called".</summary>
    public string RequiredChoice { get; init; } = "required";

    /// <summary>Knows <c>tool_choice: {"type":"allowed_tools"}</c>; otherwise only the allowed tools are defined.</summary>
    public bool SubsetChoice { get; init; }

    /// <summary>Knows <c>strict</c> on functions and schemas.</summary>
    public bool StrictMember { get; init; } = true;

    /// <summary>Knows <c>stream_options</c>; a server that does not reports its usage unasked.</summary>
    public bool StreamOptions { get; init; } = true;

    /// <summary>The member that makes the last message of the assistant a beginning to go on from; null: there is none.</summary>
    public string? PrefillMember { get; init; }

    /// <summary>The pattern of tool call ids.</summary>
    public CallIdPattern CallIds { get; init; } = new(64);

    /// <summary>The efforts that <c>reasoning_effort</c> takes, from the least; empty: it takes no such member.</summary>
    public Effort[] Efforts { get; init; } = [];

    /// <summary>The member of an assistant's message that gives its reasoning back; null: reasoning is not sent.</summary>
    public string? ReasoningField { get; init; }

    /// <summary>Takes <c>reasoning_details</c> back, each entry as it was given.</summary>
    public bool ReasoningDetails { get; init; }

    /// <summary>What it refuses or passes over although OpenAI takes it.</summary>
    public Concept[] NotTaken { get; init; } = [];

    /// <summary>What it takes although OpenAI does not.</summary>
    public Concept[] AlsoTaken { get; init; } = [];

    /// <summary>What differs between its models; the first pattern that matches counts.</summary>
    public ModelDeviation[] Models { get; init; } = [];

    /// <summary>What differs for this model; null: nothing.</summary>
    public ModelDeviation? Of(string model)
    {
        // Asked several times for every request: a lambda would allocate each time, also where no model deviates.
        foreach (ModelDeviation deviation in Models)
        {
            if (FileSystemName.MatchesSimpleExpression(deviation.Pattern, model))
            {
                return deviation;
            }
        }

        return null;
    }

    public bool Takes(Concept concept, string model) =>
        !NotTaken.Contains(concept) && Of(model)?.NotTaken.Contains(concept) != true;

    /// <summary>Whether this model refuses a message with calls that lacks its reasoning.</summary>
    public bool WantsReasoningOfCalls(string model) => Of(model)?.WantsReasoningOfCalls == true;

    /// <summary>The member that gives this model its reasoning back; null: none.</summary>
    public string? ReasoningFieldOf(string model) => Of(model)?.StripsReasoning == true ? null : ReasoningField;
}

/// <summary>What some models of a server do not take.</summary>
/// <param name="Pattern">Ids, with <c>*</c> for any text.</param>
internal sealed record ModelDeviation(string Pattern)
{
    public Concept[] NotTaken { get; init; } = [];

    /// <summary>Reasoning in the history is refused.</summary>
    public bool StripsReasoning { get; init; }

    /// <summary>A message with calls is refused without the member of its reasoning. What nobody knows any more may be empty.</summary>
    public bool WantsReasoningOfCalls { get; init; }
}

/// <summary>Which ids of tool calls a server takes; see <see cref="Causeway.Wire.Neutral.CallIds.ToTarget"/>.</summary>
/// <param name="Length">Characters.</param>
/// <param name="Exact">Exactly that many, not at most.</param>
/// <param name="Alphanumeric">Letters and digits only; otherwise also <c>_</c> and <c>-</c>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CallIdPattern(int Length, bool Exact = false, bool Alphanumeric = false);
