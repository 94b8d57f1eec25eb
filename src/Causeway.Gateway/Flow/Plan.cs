using System.Collections.Immutable;
using System.Text;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Conversations;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Shape;
using Causeway.Wire;
using Causeway.Wire.Neutral;

namespace Causeway.Gateway.Flow;

/// <summary>Where a request may go, in order of preference.</summary>
/// <param name="Asked">The model in the caller's words.</param>
/// <param name="Pins">The first is tried first; never empty.</param>
internal sealed record Plan(string Asked, ImmutableArray<PinRoute> Pins)
{
    /// <summary>The channel that was asked for; null: the caller named a model.</summary>
    public ServedChannel? Channel { get; init; }

    /// <summary>The release that answers; null: the caller named a model.</summary>
    public ServedRelease? Release { get; init; }

    /// <summary>How the release was found; null: it is the one that the channel points at, and nothing else came into question.</summary>
    public Routed? Routed { get; init; }

    /// <summary>The turn of a conversation that it is; null: of none that is told apart.</summary>
    public ConversationTurn? Conversation { get; init; }

    /// <summary>The turn of which a transcript is kept; null: none is.</summary>
    public TranscriptTurn? Transcript { get; init; }

    /// <summary>The routing revision that it was found in.</summary>
    public long Revision { get; init; }

    /// <summary>What the channel's release sets on every request; null: nothing.</summary>
    public RequestChanges? Changes { get; init; }

    /// <summary>The contract that the answer has to keep; null: none.</summary>
    public BoundContract? Contract { get; init; }

    /// <summary>Schemas that were compiled before; null: strict tools are not compiled for its pins.</summary>
    public ContractCache? Schemas { get; init; }

    /// <summary>What probes have shown of the pins.</summary>
    public LatestConformance Measured { get; init; } = LatestConformance.None;

    /// <summary>The space of the vectors that are asked for; null: none are, or of more than one.</summary>
    public string? Space { get; init; }

    /// <summary>The cap that the grant sets on generated tokens, below what the caller asked for or in place of nothing; null: the caller's stands.</summary>
    public long? OutputCap { get; init; }

    /// <summary>The cap that the caller or the release states; null: none, or the grant's stands in its place.</summary>
    public long? StatedCap { get; init; }

    /// <summary>The cap that holds at a pin: never more than its model generates, where that is known.</summary>
    public long? CapAt(PinRoute pin) => (OutputCap ?? StatedCap) is { } cap ? Math.Min(cap, Math.Max(1, Bounds.KnownOutputOf(pin) ?? cap)) : null;

    /// <summary>Bytes that go into the prompt at a pin beside the caller's own: the release's prompt, and the contract as the pin is told it.</summary>
    public long AddedAt(Call call, Received received, PinRoute pin)
    {
        long added = Changes?.Prompt is { } prompt ? Encoding.UTF8.GetByteCount(prompt) : 0;
        if (Contract is { } contract && received.TryTranslation(call.Operation, out RequestTranslation? request, out _))
        {
            CompiledContract compiled = contract.CompileFor(pin, request, received.Stream);
            added += compiled.Schema.Length + (compiled.Instruction is { } told ? Encoding.UTF8.GetByteCount(told) : 0);
        }

        return added;
    }

    /// <summary>What becomes of a field that a pin's protocol cannot be told.</summary>
    public Unsupported Unsupported { get; init; } = Unsupported.Deny;
}

/// <summary>One model at one provider, with the way to it.</summary>
/// <param name="Route">The provider and the way to it.</param>
/// <param name="Model">The model in the provider's words.</param>
internal sealed record PinRoute(ProviderRoute Route, string Model)
{
    public Provider Provider => Route.Provider;

    /// <summary>The protocol in which the provider takes calls of this model.</summary>
    public Protocol Protocol { get; } = Route.Provider.ProtocolOf(Model);

    /// <summary><c>provider/model</c>, as in <c>x-causeway-served-by</c>; a name that no header can hold is left out, and so is one that nobody named.</summary>
    public string ServedBy { get; } = Model.Length > 0 && Ascii.IsValid(Model) ? $"{Route.Provider.Name}/{Model}" : Route.Provider.Name;
}
