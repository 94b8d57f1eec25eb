using Causeway.Wire.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Batches;

/// <summary>
/// Reads the results of a batch, JSON lines that come in any pieces. No line is kept: of each its outcome is taken in passing, and of its answer what is taken of one that was asked alone.
/// </summary>
public sealed class BatchResultReader
{
    private readonly BatchFormat _format;
    private readonly Operation _operation;
    private readonly ReplyReader _answer;
    private readonly JsonPaths _paths;

    private JsonTap _tap;
    private ResponseMeter _meter;
    private BatchOutcome? _outcome;
    private long _length;
    private bool _isBlank = true;

    /// <summary>Nothing is read yet.</summary>
    /// <param name="format">How the protocol writes results.</param>
    /// <param name="operation">What each request asked for.</param>
    public BatchResultReader(BatchFormat format, Operation operation)
    {
        (_format, _operation, _answer) = (format, operation, WireFormat.Of(operation).ReaderOf(operation));
        _paths = _answer.BodyPaths.Below(format.AnswerPath, format.OutcomePaths);
        (_tap, _meter) = (new JsonTap(_paths), new ResponseMeter(operation, stream: false));
    }

    /// <summary>A line grew beyond <see cref="BatchFormat.MaxLineBytes"/>; nothing more is read.</summary>
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

        BatchOutcome outcome = _tap.IsDone ? _outcome ?? BatchOutcome.Unreadable : BatchOutcome.Unreadable;
        result = outcome != BatchOutcome.Succeeded ? new BatchResult(outcome, null, default, null)
            : _meter.HasUsage ? new BatchResult(outcome, _meter.Model, _meter.Usage, _meter.Region) { Uses = _meter.Uses }
            : new BatchResult(BatchOutcome.Unreadable, null, default, null);
        (_tap, _meter, _outcome, _length, _isBlank) = (new JsonTap(_paths), new ResponseMeter(_operation, stream: false), null, 0, true);
        return true;
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        IsTooLong = (_length += piece.Length) > _format.MaxLineBytes;
        _isBlank = _isBlank && !piece.ContainsAnyExcept(" \t\r"u8);
        if (IsTooLong || _isBlank)
        {
            return;
        }

        int outcomes = _format.OutcomePaths.Length;
        while (_tap.TryRead(ref piece, out int path, out ReadOnlySpan<byte> value))
        {
            if (path >= outcomes)
            {
                _answer.Take(_meter, path - outcomes, value);
            }
            else if (_outcome != BatchOutcome.Succeeded)
            {
                _outcome = _format.OutcomeOf(path, value) ?? _outcome; // What was answered is billed, whatever else is said of it.
            }
        }
    }
}
