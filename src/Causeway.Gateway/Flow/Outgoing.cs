using System.Buffers;
using Causeway.Contracts.Compilation;
using Causeway.Wire;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Flow;

/// <summary>A request as one pin gets it: the caller's bytes with splices, or a translation of them.</summary>
internal sealed class Outgoing : IDisposable
{
    private readonly bool _isTranslated;
    private byte[]? _translated;

    private Outgoing(PinRoute pin, Operation operation, SplicedBody body, byte[]? translated = null) =>
        (Pin, Operation, Body, _translated, _isTranslated) = (pin, operation, body, translated, translated is not null);

    public PinRoute Pin { get; }

    /// <summary>What is called there.</summary>
    public Operation Operation { get; }

    public SplicedBody Body { get; }

    /// <summary>The body is the caller's own.</summary>
    public bool Passes => !_isTranslated;

    /// <summary>The contract as this pin gets it; null: there is none.</summary>
    public CompiledContract? Contract { get; private init; }

    /// <summary>The answer is read and written by this request; null: it passes as it comes.</summary>
    public RequestTranslation? Translation { get; private init; }

    /// <summary>Whom the answer comes from in the wire's words; null: it passes.</summary>
    public Target? Target { get; private init; }

    /// <summary>Fields that the pin's protocol could not be told.</summary>
    public IReadOnlyList<string> Dropped { get; private init; } = [];

    /// <summary>The caller's own bytes.</summary>
    public static Outgoing Spliced(PinRoute pin, Operation operation, Received received, long? outputCap) => new(pin, operation, Edited(pin, operation, received, outputCap));

    /// <summary>The caller's own bytes, which state the contract as the pin takes it; the answer is still read.</summary>
    public static Outgoing Verbatim(PinRoute pin, Target target, RequestTranslation translation, Received received, CompiledContract contract, long? outputCap) => new(
        pin, target.Operation, Edited(pin, target.Operation, received, outputCap))
    {
        Target = target,
        Translation = translation,
        Contract = contract,
    };

    /// <summary>A translation.</summary>
    /// <param name="pin">Whom for.</param>
    /// <param name="target">The same in the wire's words.</param>
    /// <param name="translation">Of what.</param>
    /// <param name="bytes">The body; copied into memory that this owns.</param>
    /// <param name="dropped">Fields that were left out.</param>
    /// <param name="contract">The contract as it is stated there; null: there is none.</param>
    public static Outgoing Translated(
        PinRoute pin, Target target, RequestTranslation translation, ReadOnlySpan<byte> bytes, IReadOnlyList<string> dropped, CompiledContract? contract)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(rented);
        return new Outgoing(pin, target.Operation, new SplicedBody(rented.AsMemory(0, bytes.Length), default), rented)
        {
            Target = target,
            Translation = translation,
            Dropped = dropped,
            Contract = contract,
        };
    }

    private static SplicedBody Edited(PinRoute pin, Operation operation, Received received, long? outputCap)
    {
        BodyEdits edits = PlatformRewrite.Plan(pin.Provider.Address, operation, received.Scan, received.Body.Memory.Span, pin.Model);
        if (outputCap is { } cap)
        {
            OutputCapEdit.Plan(received.Scan, received.Body.Memory.Span, cap, OpenAIEndpoint.CapFieldOf(pin.Provider.Server), ref edits);
        }

        return new SplicedBody(received.Body.Memory, edits);
    }

    public ResponseMeter NewMeter(bool stream) => new(Operation, stream);

    public void Dispose()
    {
        if (_translated is { } rented)
        {
            _translated = null;
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }
}
