namespace Causeway.Wire.Neutral;

/// <summary>What of a request is carried to one target, decided before a byte is written.</summary>
internal sealed class TranslationPlan
{
    private readonly HashSet<Concept> _left = [];

    private TranslationPlan(NeutralRequest request, Target target) => (Origin, Target) = (request.Origin, target);

    public Operation Origin { get; }

    public Target Target { get; }

    /// <summary>The origin and the target have the same body: what the neutral form has no place for is written back raw.</summary>
    public bool IsSameOperation => Operations.HaveOneBody(Origin, Target.Operation);

    /// <summary>Fields that are left out, in the caller's words, each once.</summary>
    public List<string> Dropped { get; } = [];

    /// <summary>Text that stands in for something the target cannot be told otherwise; the writer adds it to the system text.</summary>
    public List<string> Instructions { get; } = [];

    /// <summary>Whether a concept that the request uses goes to the target.</summary>
    public bool Keeps(Concept concept) => !_left.Contains(concept);

    /// <summary>Judges everything that a request uses.</summary>
    /// <param name="request">The request.</param>
    /// <param name="codec">The target's.</param>
    /// <param name="target">The target.</param>
    /// <param name="unsupported">What to do where something that matters cannot be carried.</param>
    /// <param name="denied">The first such use, and why.</param>
    /// <returns>The plan; null when the request is denied.</returns>
    public static TranslationPlan? Of(NeutralRequest request, Codec codec, Target target, Unsupported unsupported, out (Use Use, string? Why) denied)
    {
        TranslationPlan plan = new(request, target);
        foreach (Use use in request.Uses)
        {
            Carriage carriage = plan.IsSameOperation && !request.SetByRelease.Contains(use.Concept) ? new Carriage(Verdict.Carried) : codec.Judge(use, request, target);
            if (carriage.Verdict == Verdict.Denied && unsupported == Unsupported.Deny)
            {
                denied = (use, carriage.Note);
                return null;
            }

            if (carriage.Verdict is Verdict.Denied or Verdict.Dropped)
            {
                plan.Leave(use);
            }
        }

        denied = default;
        return plan;
    }

    /// <summary>Leaves a use out and says so. For writers: a reasoning seal that another vendor made, found while writing.</summary>
    public void Leave(in Use use)
    {
        _left.Add(use.Concept);
        Say(use.Path);
    }

    /// <summary>Says that something at a place is left out, without leaving the concept out everywhere.</summary>
    public void Say(string path)
    {
        if (!Dropped.Contains(path))
        {
            Dropped.Add(path);
        }
    }
}
