using System.Buffers;
using Causeway.Contracts.Streams;
using Causeway.Contracts.Validation;
using Causeway.Wire.Neutral;

namespace Causeway.Gateway.Shape;

/// <summary>The seam between the rooms: proves an answer while it flows.</summary>
internal sealed class ContractFlow(BoundContract contract, ContractStream stream) : AnswerFlow
{
    private IReadOnlyList<Violation> _violations = [];

    private bool _isBlank = true;

    public override (string Code, string Message) Problem => _isBlank
        ? ("answer_empty", "The model gave an empty answer.")
        : ("contract_violated", Violated.Message(contract, _violations));

    public override bool Append(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        _isBlank &= !utf8.ContainsAnyExcept(" \t\r\n"u8);
        bool flows = stream.Append(utf8, output);
        if (!flows && stream.Violation is { } violation)
        {
            _violations = [violation];
        }

        return flows;
    }

    public override bool Complete(IBufferWriter<byte> output)
    {
        _violations = stream.Complete(output);
        return _violations.Count == 0;
    }
}
