using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Budgets.Runaway;
using Causeway.Wire.Neutral;

namespace Causeway.Gateway.Runaway;

/// <summary>
/// Reads one request, latest piece first, into the fingerprints of a step. Left out because they change by themselves: ids of calls,
/// reasoning, members that one protocol alone knows, and clocks in system text. A result of a tool counts whole, times and all.
/// </summary>
/// <remarks>One pass, bounded by <see cref="FingerprintAllowance"/>.</remarks>
internal sealed class RunStepReader : IDisposable
{
    private const int MaxName = 1024;

    private readonly IncrementalHash _request;
    private readonly IncrementalHash _piece;
    private readonly FingerprintKey _key;
    private readonly FingerprintAllowance _allowance = new();
    private readonly Dictionary<string, RunFingerprint> _results = [];
    private readonly List<ToolExchange> _latestFirst = [];

    private int _clockBytesLeft = 256 * 1024; // Looking for clocks is dearer than hashing; system text beyond it is taken as it stands.
    private int _exchanges;
    private int _rounds;
    private int _roundTurn = -1;
    private bool _saidIsWhole;
    private RunFingerprint? _latestSaid;
    private RunFingerprint _saidSince;

    private RunStepReader(FingerprintKey key) => (_key, _request, _piece) = (key, key.Begin(), key.Begin());

    /// <summary>Reads a request that generates an answer.</summary>
    /// <param name="key">The process's key.</param>
    /// <param name="request">The request.</param>
    /// <param name="model">The model in the caller's words: the same question to another model is another request.</param>
    /// <param name="step">What is known of the step besides.</param>
    public static RunStep Read(FingerprintKey key, RequestTranslation request, string model, RunStep step)
    {
        using RunStepReader reader = new(key);
        return reader.Read(request, model, step);
    }

    /// <summary>A tool's name as a body spells it.</summary>
    public static ReadOnlySpan<byte> Spelled(string tool) => (byte[])[(byte)'"', .. JsonEncodedText.Encode(tool, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];

    /// <inheritdoc/>
    public void Dispose()
    {
        _request.Dispose();
        _piece.Dispose();
    }

    private RunStep Read(RequestTranslation request, string model, RunStep step)
    {
        foreach (SaidPiece piece in request.LatestFirst.Take(FingerprintAllowance.Pieces))
        {
            Take(piece);
        }

        foreach (ReadOnlyMemory<byte> circumstance in request.Circumstances)
        {
            _allowance.Append(_request, circumstance.Span);
        }

        _request.AppendData(MemoryMarshal.AsBytes(model.AsSpan()));
        return step with
        {
            Request = FingerprintKey.Finish(_request),
            Exchanges = OldestFirst(),
            ExchangeCount = _exchanges,
            RoundCount = _rounds,
            Said = _latestSaid,
        };
    }

    private void Take(in SaidPiece piece)
    {
        _request.AppendData([(byte)piece.Kind]);

        // All that came since the model spoke last: a harness may add the same reminder to whatever a person says.
        _saidIsWhole |= _latestSaid is not null && piece.Kind is (SaidKind.Assistant or SaidKind.ToolCall);
        switch (piece.Kind)
        {
            case SaidKind.System:
                AppendWithoutClocks(piece.Value.Span);
                break;
            case SaidKind.ToolResult:
                RunFingerprint result = Of(piece.Value.Span);
                string id = piece.CallId ?? "";
                _results[id] = _results.GetValueOrDefault(id).Then(result);
                Append(result);
                break;
            case SaidKind.ToolCall:
                TakeCall(piece);
                break;
            case SaidKind.User or SaidKind.Media:
                RunFingerprint said = Of(piece.Value.Span);
                Append(said);
                Say(said);
                break;
            default:
                _allowance.Append(_request, piece.Value.Span);
                break;
        }
    }

    private void TakeCall(in SaidPiece piece)
    {
        RunFingerprint tool = piece.Name.Length <= MaxName ? _key.Of(piece.Name.Span) : Of(piece.Name.Span);
        string id = piece.CallId ?? "";
        ArgumentsText.Append(_piece, piece.Value, _allowance);
        RunFingerprint call = tool.Then(FingerprintKey.Finish(_piece));
        Append(call);
        if (!_results.Remove(id, out RunFingerprint result))
        {
            return; // Not answered yet, or never.
        }

        if (piece.Turn != _roundTurn)
        {
            GiveSaid();
            _roundTurn = piece.Turn;
            _rounds++;
        }

        _exchanges++;
        if (_latestFirst.Count < RunStep.MaxExchanges)
        {
            _latestFirst.Add(new ToolExchange(tool, call, result, _rounds));
        }
    }

    // User text belongs to the round that comes after it, and the latest of it to the request.
    private void Say(RunFingerprint said)
    {
        if (!_saidIsWhole)
        {
            _latestSaid = _latestSaid is { } later ? later.Then(said) : said;
        }

        _saidSince = _saidSince.Then(said);
    }

    private void GiveSaid()
    {
        for (int i = _latestFirst.Count - 1; i >= 0 && _latestFirst[i].Round == _rounds; i--)
        {
            _latestFirst[i] = _latestFirst[i] with { Said = _saidSince };
        }

        _saidSince = default;
    }

    // Rounds were counted from the latest; from the first their numbers stay while the conversation grows.
    // What was said before the first round is the task itself, and no part of a cycle.
    private List<ToolExchange> OldestFirst()
    {
        _latestFirst.Reverse();
        return _latestFirst.ConvertAll(exchange => exchange with { Round = _rounds - exchange.Round });
    }

    private void AppendWithoutClocks(ReadOnlySpan<byte> text)
    {
        if (text.Length > _clockBytesLeft)
        {
            _allowance.Append(_request, text);
            return;
        }

        _clockBytesLeft -= text.Length;
        for (int from = 0; from < text.Length;)
        {
            (int start, int end) = ClockText.Find(text, from);
            _allowance.Append(_request, text[from..start]);
            from = end;
        }
    }

    private RunFingerprint Of(ReadOnlySpan<byte> value)
    {
        _allowance.Append(_piece, value);
        return FingerprintKey.Finish(_piece);
    }

    private void Append(RunFingerprint print)
    {
        Span<byte> bytes = stackalloc byte[RunFingerprint.Length];
        print.WriteTo(bytes);
        _request.AppendData(bytes);
    }
}
