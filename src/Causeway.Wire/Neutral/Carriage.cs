using System.Runtime.InteropServices;

namespace Causeway.Wire.Neutral;

/// <summary>What becomes of a concept on its way to a target.</summary>
public enum Verdict : byte
{
    /// <summary>The target has the same concept.</summary>
    Carried,

    /// <summary>The target gets it in another way that has the same effect, or nearly; the note says how.</summary>
    Emulated,

    /// <summary>A hint that the target does not know: left out, and named in <c>x-causeway-dropped</c>.</summary>
    Dropped,

    /// <summary>It would change the answer and cannot be carried: the request is refused with <c>cannot_translate</c>.</summary>
    Denied,
}

/// <summary>A verdict with what a reader of the table should know about it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Carriage(Verdict Verdict, string? Note = null);

/// <summary>The verdicts of one target, by concept. What is not named is dropped when it is a hint, and denied otherwise.</summary>
internal sealed class CarriageTable
{
    private readonly Carriage[] _verdicts = [.. Enum.GetValues<Concept>().Select(concept => new Carriage(Concepts.IsHint(concept) ? Verdict.Dropped : Verdict.Denied))];

    public Carriage this[Concept concept] => _verdicts[(int)concept];

    public CarriageTable Carries(params ReadOnlySpan<Concept> concepts)
    {
        foreach (Concept concept in concepts)
        {
            _verdicts[(int)concept] = new Carriage(Verdict.Carried);
        }

        return this;
    }

    /// <summary>Carried within bounds that the note says.</summary>
    public CarriageTable Carries(Concept concept, string note) => Set(concept, Verdict.Carried, note);

    public CarriageTable Emulates(Concept concept, string how) => Set(concept, Verdict.Emulated, how);

    public CarriageTable Drops(Concept concept, string note) => Set(concept, Verdict.Dropped, note);

    /// <summary>Denied with a reason of its own, or carried by some models only: the note says which.</summary>
    public CarriageTable Denies(Concept concept, string note) => Set(concept, Verdict.Denied, note);

    private CarriageTable Set(Concept concept, Verdict verdict, string note)
    {
        _verdicts[(int)concept] = new Carriage(verdict, note);
        return this;
    }
}
