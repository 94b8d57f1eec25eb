using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Causeway.Wire;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Flow;

/// <summary>The body with what was found in it.</summary>
internal sealed class Received(PooledBody body, RequestScan scan, string model) : IDisposable
{
    private RequestTranslation? _translation;
    private RequestFault _fault;
    private bool _read;
    private Mentions? _mentions;

    public PooledBody Body { get; private set; } = body;

    public RequestScan Scan { get; private set; } = scan;

    /// <summary>The model in the caller's words.</summary>
    public string Model { get; } = model;

    /// <summary>The caller wants a stream: by a field of the body, or by the operation.</summary>
    public bool Stream => Scan.Stream || Scan.Operation == Operation.StreamGenerateContent;

    /// <summary>What decides how much it may cost beside its length, looked for when it is first asked for and once for all bounds.</summary>
    public Mentions Mentions => _mentions ??= Mentions.Of(Body.Memory.Span) with { Models = Scan.OtherModels, Tools = Scan.BilledTools, ToolsOf = Operations.ProtocolOf(Scan.Operation) };

    /// <summary>The request in neutral form, read when it is first asked for and once for all pins.</summary>
    public bool TryTranslation(Operation operation, [NotNullWhen(true)] out RequestTranslation? translation, out RequestFault fault)
    {
        if (!_read)
        {
            _read = true;
            RequestTranslation.TryRead(operation, Body.Memory, Stream, out _translation, out _fault);
        }

        (translation, fault) = (_translation, _fault);
        return translation is not null;
    }

    /// <summary>Takes another body in place of the caller's own: the same request, made fit for who answers it.</summary>
    /// <returns>False: it is none.</returns>
    public bool TryReplace(Operation operation, byte[] bytes, out RequestFault fault)
    {
        if (!RequestScanner.TryScan(operation, bytes, out RequestScan found, out fault))
        {
            return false;
        }

        var taken = new PooledBody(bytes.Length);
        taken.Append(new ReadOnlySequence<byte>(bytes));
        Body.Dispose();
        (Body, Scan, _translation, _read, _mentions) = (taken, found, null, false, null);
        return true;
    }

    /// <summary>The request in neutral form if it was read in time: what it uses can be told when its body is gone, what it says cannot. Null: it was not.</summary>
    public RequestTranslation? ReadInTime => _translation;

    public void Dispose() => Body.Dispose();
}
