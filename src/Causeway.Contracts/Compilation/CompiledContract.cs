using System.Collections.Immutable;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Compilation;

/// <summary>A canonical schema as one dialect gets it, with everything that has to be known of the difference.</summary>
public sealed record CompiledContract
{
    private Reckoned? _reckoned;

    /// <summary>The canonical schema.</summary>
    public required JsonSchema Canonical { get; init; }

    /// <summary>The dialect's name.</summary>
    public required string Dialect { get; init; }

    /// <summary>How the schema travels.</summary>
    public required Carrier Carrier { get; init; }

    /// <summary>What the provider is sent, compact UTF-8 JSON; the same bytes for the same input. Empty where something is <see cref="Impossible"/>.</summary>
    public required ReadOnlyMemory<byte> Schema { get; init; }

    /// <summary>The caller's own tool carries the schema, as its caller wrote it: nothing is set, and each of its calls is an answer.</summary>
    public bool IsCallersTool { get; init; }

    /// <summary>The dialect has a strict flag and it is to be set.</summary>
    public bool Strict { get; init; }

    /// <summary>Text for the system prompt, where the decoder only masks or where there is JSON mode at most; null: none is needed.</summary>
    public string? Instruction { get; init; }

    /// <summary>What was spelled otherwise, losing nothing.</summary>
    public ImmutableArray<Rewrite> Rewrites { get; init; } = [];

    /// <summary>What the dialect cannot hold and Causeway enforces afterwards.</summary>
    public ImmutableArray<Loss> Losses { get; init; } = [];

    /// <summary>Why the dialect cannot carry this schema at all; empty: it can.</summary>
    public ImmutableArray<Impossibility> Impossible { get; init; } = [];

    /// <summary>What has to be undone in an answer; null: nothing.</summary>
    public UndoNode? Undo { get; init; }

    /// <summary>The provider enforces the whole contract, and perhaps more than it asks (<see cref="Loss.Narrows"/>).</summary>
    public bool IsNative => Impossible.IsEmpty && Carrier is Carrier.Format or Carrier.ForcedTool && Losses.All(loss => loss.Narrows);

    /// <summary>What it leaves to the provider, made when it is first asked for. Two threads may make it twice, which does no harm.</summary>
    public Reliance Reliance
    {
        get
        {
            // A copy with other members brings along what was made of its original.
            Reckoned? known = _reckoned;
            if (known is null || !ReferenceEquals(known.Of, this))
            {
                _reckoned = known = new Reckoned(this, Reliance.Of(this));
            }

            return known.Reliance;
        }
    }

    /// <summary>The schema travels as it is, but perhaps for the order in which it names what is required.</summary>
    public bool IsVerbatim => Schema.Length == Canonical.Text.Length && (Schema.Span.SequenceEqual(Canonical.Text.Span) || IsSame);

    /// <summary>What is sent says the same as the canonical schema: found when it is compiled.</summary>
    internal bool IsSame { get; init; }

    private sealed class Reckoned(CompiledContract of, Reliance reliance)
    {
        public CompiledContract Of { get; } = of;

        public Reliance Reliance { get; } = reliance;
    }
}

/// <summary>A spelling that the dialect needs.</summary>
/// <param name="Path">JSON Pointer into the canonical schema.</param>
/// <param name="Feature">What it is about: <c>optional_property</c>, <c>one_of</c>, <c>map</c>, …</param>
/// <param name="What">What was done, in one sentence.</param>
public sealed record Rewrite(string Path, string Feature, string What);

/// <summary>Where the provider's answers and the contract's documents differ. Without any, both accept the same documents once what was introduced is undone.</summary>
/// <param name="Path">JSON Pointer into the canonical schema.</param>
/// <param name="Feature">What it is about: a keyword, mostly.</param>
/// <param name="Why">Rejected, ignored, or not established there, and since when that is known.</param>
/// <param name="Narrows">The provider holds more than the rule asks: documents that the contract allows can never come, and there is nothing to enforce.</param>
public sealed record Loss(string Path, string Feature, string Why, bool Narrows = false);

/// <summary>What a dialect cannot carry.</summary>
/// <param name="Path">JSON Pointer into the canonical schema.</param>
/// <param name="Feature">What it is about.</param>
/// <param name="Why">The dialect's rule.</param>
/// <param name="Fix">The smallest change of the schema that makes it possible.</param>
public sealed record Impossibility(string Path, string Feature, string Why, string Fix);
