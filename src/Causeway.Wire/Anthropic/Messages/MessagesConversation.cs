using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>One message as it will be sent.</summary>
internal sealed class ArrangedMessage(Role role)
{
    public Role Role { get; } = role;

    public List<Part> Parts { get; set; } = [];

    public IEnumerable<ToolCallPart> Calls => Parts.OfType<ToolCallPart>();
}

/// <summary>
/// The turns of another protocol in this one's order: one message per change of role, and the results of all calls of an assistant message
/// first in the very next user message.
/// </summary>
internal sealed class MessagesConversation
{
    /// <summary>The longest id of a call that is sent; longer ones are replaced by a digest.</summary>
    public const int MaxId = 64;

    private readonly TranslationPlan _plan;
    private readonly Func<Turn, List<Part>> _select;
    private readonly HashSet<string> _used = [];

    private MessagesConversation(TranslationPlan plan, Func<Turn, List<Part>> select) => (_plan, _select) = (plan, select);

    public List<Part> System { get; } = [];

    public List<ArrangedMessage> Messages { get; } = [];

    /// <summary>The id of each call and of each result.</summary>
    public Dictionary<Part, string> Ids { get; } = [];

    /// <summary>The last assistant message called tools and does not begin with thoughts: a model with a budget for thinking refuses that.</summary>
    public bool LoopLacksThoughts =>
        Messages.FindLast(message => message.Role == Role.Assistant) is { Parts: [not ReasoningPart, ..] } last && last.Calls.Any();

    public static MessagesConversation Of(NeutralRequest request, TranslationPlan plan, AnthropicModelRules rules) =>
        Of(request, plan, new MessagesParts(request, plan).Of, rules.TakesSystemTurns);

    /// <summary>The same for Bedrock, whose messages have this order too.</summary>
    /// <param name="request">The request.</param>
    /// <param name="plan">What of it is kept.</param>
    /// <param name="select">The parts of a turn that are sent.</param>
    /// <param name="takesSystemTurns">System text between turns stays there; else it joins the system text at the top.</param>
    public static MessagesConversation Of(NeutralRequest request, TranslationPlan plan, Func<Turn, List<Part>> select, bool takesSystemTurns)
    {
        MessagesConversation conversation = new(plan, select);
        conversation.Gather(request, takesSystemTurns);
        conversation.Answer();
        if (conversation.Messages.Count == 0)
        {
            // A request of nothing but a prompt: the model is asked to begin, which here needs a message.
            conversation.Messages.Add(new ArrangedMessage(Role.User) { Parts = [.. conversation.System] });
            conversation.System.Clear();
        }

        return conversation;
    }

    private void Gather(NeutralRequest request, bool takesSystemTurns)
    {
        bool begun = false;
        for (int i = 0; i < request.Turns.Count; i++)
        {
            Turn turn = request.Turns[i];
            bool isPrefill = turn.Role == Role.Assistant && i == request.Turns.Count - 1 && turn.Parts is not [.., ToolCallPart];
            if (isPrefill && !_plan.Keeps(Concept.AssistantPrefill))
            {
                continue;
            }

            List<Part> parts = _select(turn);
            if (parts.Count == 0)
            {
                continue;
            }

            if (turn.Role != Role.System)
            {
                Append(turn.Role, parts);
                begun = true;
            }
            else if (_plan.Keeps(begun ? Concept.SystemBetweenTurns : Concept.SystemText))
            {
                if (begun && takesSystemTurns)
                {
                    Append(Role.System, parts);
                }
                else
                {
                    System.AddRange(parts);
                }
            }
        }
    }

    private void Append(Role role, List<Part> parts)
    {
        if (Messages is not [.., { } last] || last.Role != role)
        {
            Messages.Add(last = new ArrangedMessage(role));
        }

        last.Parts.AddRange(parts);
    }

    private void Answer()
    {
        for (int i = 0; i < Messages.Count; i++)
        {
            if (Messages[i].Role == Role.Assistant && Messages[i].Calls.Any())
            {
                AnswerAll([.. Messages[i].Calls], i + 1);
            }

            if (Messages[i].Parts.Exists(IsStray))
            {
                // It answers no call of the message before: to the model it is something the user says.
                Messages[i].Parts = [.. Messages[i].Parts.SelectMany(part => IsStray(part) ? ((ToolResultPart)part).Content : [part])];
            }
        }

        Messages.RemoveAll(message => message.Parts.Count == 0);
    }

    private void AnswerAll(List<ToolCallPart> calls, int next)
    {
        List<Part> answers = [.. calls.Select(call => AnswerOne(call, next))];
        int user = Messages.FindIndex(next, message => message.Role != Role.System);
        if (user < 0 || Messages[user].Role != Role.User)
        {
            Messages.Insert(next, new ArrangedMessage(Role.User));
        }
        else if (user > next)
        {
            // System text that stood between calls and results comes after them.
            ArrangedMessage moved = Messages[user];
            Messages.RemoveAt(user);
            Messages.Insert(next, moved);
        }

        Messages[next].Parts.InsertRange(0, answers);
    }

    private ToolResultPart AnswerOne(ToolCallPart call, int next)
    {
        (string id, _) = CallIds.FromCaller(call.Id);
        string target = CallIds.ToTarget(id, MaxId);
        for (int again = 2; !_used.Add(target); again++)
        {
            // The vendor takes an id once; some servers count from 0 in every answer.
            target = CallIds.ToTarget($"{id}#{again}", MaxId);
        }

        ToolResultPart result = Take(call.Id, next) ?? new ToolResultPart(call.Id) { IsError = true, Content = { new TextPart(JsonSlice.Of("There is no result of this call.")) } };
        Ids[call] = target;
        Ids[result] = target;
        return result;
    }

    private bool IsStray(Part part) => part is ToolResultPart && !Ids.ContainsKey(part);

    private ToolResultPart? Take(string callId, int from)
    {
        for (int i = from; i < Messages.Count; i++)
        {
            int at = Messages[i].Parts.FindIndex(part => IsStray(part) && ((ToolResultPart)part).CallId == callId);
            if (at >= 0)
            {
                ToolResultPart result = (ToolResultPart)Messages[i].Parts[at];
                Messages[i].Parts.RemoveAt(at);
                return result;
            }
        }

        return null;
    }
}
