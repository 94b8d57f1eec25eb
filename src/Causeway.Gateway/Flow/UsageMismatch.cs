using System.Collections.Concurrent;
using Causeway.Budgets.Alerts;
using Causeway.Budgets.Ledger;
using Causeway.Wire;

namespace Causeway.Gateway.Flow;

/// <summary>
/// Finds usage that cannot be: more tokens of input than what was sent has bytes, or more of output, reasoning apart, than the answer has. A byte-level
/// token covers one byte or more, so both are upper bounds, and no honest report is beyond them. Where a call may use what its bytes do not show, nothing is said.
/// </summary>
/// <remarks>
/// Whether it may is in the request, which is gone when the answer ends: a prompt is not kept for minutes, nor read field by field on the way of every
/// call. So the first report that looks wrong makes its model a suspect, and of suspects requests are read before they are let go.
/// </remarks>
internal sealed class UsageMismatch(TimeProvider time)
{
    // So long after the last report that looked wrong; and models at most, since a caller may name any.
    private static readonly TimeSpan s_suspected = TimeSpan.FromHours(1);
    private const int MaxSuspects = 1_024;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _suspects = new(StringComparer.Ordinal);
    private volatile bool _hasSuspects; // All that an ordinary call looks at.

    // Up to either of these a difference may be a vendor's own preamble or rounding (budgets, what is charged).
    private const int MostHundredths = 5;
    private const int MostTokens = 1_000;

    // Models that search, run code or draw without being asked by a field of the request.
    private static readonly string[] s_reachFurther = ["search", "research", "sonar", "compound", ":online", "image", "audio", "tts", "prompt/"];

    // Where nothing was held back: a filter may hide what was generated and is billed.
    private static readonly string[] s_wholeAnswers = ["stop", "length", "tool_calls", "completed", "max_output_tokens", "STOP", "MAX_TOKENS"];

    /// <summary>A call is about to be made: of a suspect the request is read.</summary>
    public void Prepare(Call call, Received received, PinRoute pin)
    {
        if (_hasSuspects && _suspects.TryGetValue(pin.ServedBy, out DateTimeOffset until) && time.GetUtcNow() < until && Compose.Generates(call.Operation))
        {
            received.TryTranslation(call.Operation, out _, out _);
        }
    }

    /// <summary>What is wrong with a report; null: nothing that is certain.</summary>
    public LedgerRemark? Of(Call call, Received received, Course course, Ending ending, Settlement settled)
    {
        // A call of several attempts, or one that broke off, has no single body and answer to compare with.
        if (course is not { Attempts: 1, Spent.Count: 0, SentBytes: > 0, Pin: { } pin, Meter: { } meter } || settled.Source != UsageSource.Provider
            || ending.Outcome != Outcome.Completed || !Compose.Generates(call.Operation))
        {
            return null;
        }

        long input = settled.Tokens.AllInput;
        long visible = settled.Tokens.Output - settled.Tokens.Reasoning;
        long mostInput = course is { SentAsItCame: true, Hold.CountedInput: { } counted } ? counted : course.SentBytes + Bounds.Overhead;
        long mostOutput = meter.OutputTextBytes + Bounds.Overhead;
        bool isInput = IsBeyond(input, mostInput);
        bool isOutput = IsBeyond(visible, mostOutput) && TellsReasoning(pin) && s_wholeAnswers.Contains(meter.StopReason);
        if (!isInput && !isOutput)
        {
            return null; // Nearly every call: a few comparisons.
        }

        if (received.Scan.HoldsProviderState || ReachesFurther(pin))
        {
            return null;
        }

        Suspect(pin);
        if (received.ReadInTime is not { IsInPlainSight: true } request)
        {
            return null;
        }

        // The names of tools that a stream calls are not among the bytes that are counted; a plain answer is counted whole.
        isOutput &= !(meter.IsStream && request.HasTools);
        return (isInput, isOutput) switch
        {
            (true, true) => new LedgerRemark(MismatchAlert.Code, $"reported {Words(input, "input", mostInput)} and {Words(visible, "output", mostOutput)}"),
            (true, false) => new LedgerRemark(MismatchAlert.Code, "reported " + Words(input, "input", mostInput)),
            (false, true) => new LedgerRemark(MismatchAlert.Code, "reported " + Words(visible, "output", mostOutput)),
            _ => null,
        };
    }

    private void Suspect(PinRoute pin)
    {
        if (_suspects.Count < MaxSuspects || _suspects.ContainsKey(pin.ServedBy))
        {
            _suspects[pin.ServedBy] = time.GetUtcNow() + s_suspected;
            _hasSuspects = true;
            return;
        }

        foreach ((string model, DateTimeOffset until) in _suspects)
        {
            if (until <= time.GetUtcNow())
            {
                _suspects.TryRemove(model, out _);
            }
        }
    }

    // A router may add to a prompt by the settings of its account.
    private static bool ReachesFurther(PinRoute pin) =>
        pin.Provider.Server == "openrouter" || Array.Exists(s_reachFurther, word => pin.Model.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsBeyond(long reported, long most) => reported - most > MostTokens && (Int128)(reported - most) * 100 > (Int128)most * MostHundredths;

    // At others a model may think unseen, and what it thought is output like any other.
    private static bool TellsReasoning(PinRoute pin) => pin.Protocol switch
    {
        Protocol.OpenAI => pin.Provider.Server == "openai",
        Protocol.Gemini => true,
        _ => false,
    };

    private static string Words(long tokens, string kind, long most) => $"{tokens} {kind} tokens where at most {most} can have been";
}
