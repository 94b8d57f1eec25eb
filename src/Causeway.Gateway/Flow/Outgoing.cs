using System.Buffers;
using Causeway.Wire;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Flow;

/// <summary>A request as one pin gets it: the caller's bytes with splices, or a translation of them.</summary>
internal sealed class Outgoing : IDisposable
{
    private byte[]? _translated;

    private Outgoing(PinRoute pin, Operation operation, SplicedBody body) => (Pin, Operation, Body) = (pin, operation, body);

    public PinRoute Pin { get; }

    /// <summary>What is called there.</summary>
    public Operation Operation { get; }

    public SplicedBody Body { get; }

    /// <summary>The answer has to be translated by this request; null: it passes as it comes.</summary>
    public RequestTranslation? Translation { get; private init; }

    /// <summary>Whom the request was translated for; null: it passes.</summary>
    public Target? Target { get; private init; }

    /// <summary>Fields that the pin's protocol could not be told.</summary>
    public IReadOnlyList<string> Dropped { get; private init; } = [];

    /// <summary>The caller's own bytes.</summary>
    public static Outgoing Spliced(PinRoute pin, Operation operation, Received received) => new(
        pin,
        operation,
        new SplicedBody(received.Body.Memory, PlatformRewrite.Plan(pin.Provider.Address, operation, received.Scan, received.Body.Memory.Span, pin.Model)));

    /// <summary>A translation.</summary>
    /// <param name="pin">Whom for.</param>
    /// <param name="target">The same in the wire's words.</param>
    /// <param name="translation">Of what.</param>
    /// <param name="bytes">The body; copied into memory that this owns.</param>
    /// <param name="dropped">Fields that were left out.</param>
    public static Outgoing Translated(PinRoute pin, Target target, RequestTranslation translation, ReadOnlySpan<byte> bytes, IReadOnlyList<string> dropped)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(rented);
        return new Outgoing(pin, target.Operation, new SplicedBody(rented.AsMemory(0, bytes.Length), default))
        {
            _translated = rented,
            Target = target,
            Translation = translation,
            Dropped = dropped,
        };
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
