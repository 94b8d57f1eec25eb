using System.Runtime.InteropServices;
using Causeway.Wire.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Anthropic.Batches;

/// <summary>Reads the results of a batch, JSON lines that come in any pieces. No line is kept: of each its outcome, model and usage are taken in passing.</summary>
public sealed class BatchResultReader
{
    /// <summary>The longest line: 16 MiB. An answer of the most tokens that a model writes has about 2 MiB; beyond this the peer is at fault.</summary>
    public const int MaxLineBytes = 16 << 20;

    private const int Type = 0;
    private const int Model = 1;

    private static readonly JsonPaths s_paths = new("result.type", "result.message.model", "result.message.usage");

    private JsonTap _tap = new(s_paths);
    private ResponseMeter _meter = new(Operation.Messages, stream: false);
    private string? _type;
    private long _length;
    private bool _isBlank = true;

    /// <summary>A line grew beyond <see cref="MaxLineBytes"/>; nothing more is read.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Reads on until a line is complete.</summary>
    /// <param name="rest">The bytes not read yet; shrinks from the front, and is empty when the answer is false.</param>
    /// <param name="result">What became of one request.</param>
    public bool TryRead(scoped ref ReadOnlySpan<byte> rest, out BatchResult result)
    {
        result = default;
        while (!rest.IsEmpty && !IsTooLong)
        {
            int end = rest.IndexOf((byte)'\n');
            Take(end < 0 ? rest : rest[..end]);
            rest = end < 0 ? default : rest[(end + 1)..];
            if (end >= 0 && TryEnd(out result))
            {
                return true;
            }
        }

        rest = default;
        return false;
    }

    /// <summary>The bytes have ended: the last line may lack its end.</summary>
    /// <returns>False: there was no such line.</returns>
    public bool TryEnd(out BatchResult result)
    {
        result = default;
        if (_isBlank || IsTooLong)
        {
            (_length, _isBlank) = (0, true);
            return false;
        }

        BatchOutcome outcome = _tap.IsDone ? OutcomeOf(_type) : BatchOutcome.Unreadable;
        result = outcome == BatchOutcome.Succeeded && !_meter.HasUsage
            ? new BatchResult(BatchOutcome.Unreadable, null, default, null)
            : new BatchResult(outcome, _meter.Model, _meter.Usage, _meter.Region);
        (_tap, _meter, _type, _length, _isBlank) = (new JsonTap(s_paths), new ResponseMeter(Operation.Messages, stream: false), null, 0, true);
        return true;
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        IsTooLong = (_length += piece.Length) > MaxLineBytes;
        _isBlank = _isBlank && !piece.ContainsAnyExcept(" \t\r"u8);
        if (IsTooLong || _isBlank)
        {
            return;
        }

        while (_tap.TryRead(ref piece, out int path, out ReadOnlySpan<byte> value))
        {
            switch (path)
            {
                case Type:
                    _type = JsonText.Word(value);
                    break;
                case Model:
                    _meter.TakeModel(value);
                    break;
                default:
                    AnthropicUsage.Take(_meter, value, whole: true);
                    break;
            }
        }
    }

    private static BatchOutcome OutcomeOf(string? type) => type switch
    {
        "succeeded" => BatchOutcome.Succeeded,
        "errored" => BatchOutcome.Errored,
        "canceled" => BatchOutcome.Canceled,
        "expired" => BatchOutcome.Expired,
        _ => BatchOutcome.Unreadable,
    };
}

/// <summary>What became of one request of a batch.</summary>
/// <param name="Outcome">In a word.</param>
/// <param name="Model">The model that answered, in the provider's words; null: none did.</param>
/// <param name="Usage">What it used; nothing unless it succeeded.</param>
/// <param name="Region">Where inference ran; null: it does not say.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BatchResult(BatchOutcome Outcome, string? Model, TokenUsage Usage, string? Region);

/// <summary>What becomes of a request of a batch.</summary>
public enum BatchOutcome
{
    /// <summary>It was answered: what it used is billed.</summary>
    Succeeded,

    /// <summary>It failed, and is not billed.</summary>
    Errored,

    /// <summary>The batch was ended before; it is not billed.</summary>
    Canceled,

    /// <summary>The provider had no time for it; it is not billed.</summary>
    Expired,

    /// <summary>Its line is no JSON, of an unknown kind, or tells no usage that can be believed.</summary>
    Unreadable,
}
