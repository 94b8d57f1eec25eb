using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>
/// The <c>thoughtSignature</c> of each part. From Gemini 3 on, the first call of each step of the current turn must carry one, or the request
/// is refused; of calls made at once only the first has one. Where a caller's protocol has no field for it, it comes back inside the call's
/// id; where the call is not this model's, a value stands in for it that the vendor documents for that.
/// </summary>
internal sealed class Signatures
{
    /// <summary>Documented by the vendor for histories of which the signatures are not known.</summary>
    private const string StandIn = "skip_thought_signature_validator";

    private readonly NeutralRequest _request;
    private readonly TranslationPlan _plan;
    private readonly HashSet<ToolCallPart> _needing = [];

    public Signatures(NeutralRequest request, TranslationPlan plan)
    {
        (_request, _plan) = (request, plan);
        if (GeminiModelRules.Of(plan.Target.Model).NeedsSignatures)
        {
            FindNeeding(request.Turns.FindAll(turn => turn.Role != Role.System));
        }
    }

    /// <summary>The signature to send; null: none. One that another vendor or model made is left out, and that is said.</summary>
    public string? Of(ReasoningSeal? seal)
    {
        if (seal is null)
        {
            return null;
        }

        if (seal.IsFor(_plan.Target))
        {
            return seal.Value;
        }

        SayLeftOut();
        return null;
    }

    public string? Of(ToolCallPart call) => Of(call.Seal ?? CallIds.FromCaller(call.Id).Seal) ?? (_needing.Contains(call) ? StandIn : null);

    public void SayLeftOut()
    {
        Use found = _request.Uses.Find(use => use.Concept == Concept.ReasoningState);
        _plan.Say(found.Path ?? "reasoning state");
    }

    /// <summary>The current turn is all that follows the last thing that the user said, results of tools apart.</summary>
    private void FindNeeding(List<Turn> turns)
    {
        int start = turns.FindLastIndex(turn => turn.Role == Role.User && turn.Parts.Exists(part => part is not ToolResultPart)) + 1;
        bool isStep = false;
        foreach (Turn turn in turns[start..])
        {
            if (turn.Role == Role.User)
            {
                isStep = false;
            }
            else if (!isStep && turn.Parts.OfType<ToolCallPart>().FirstOrDefault() is { } first)
            {
                isStep = true;
                _needing.Add(first);
            }
        }
    }
}
