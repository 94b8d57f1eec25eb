using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Readiness;

/// <summary>When each pin answered last, and how often it has failed since, as the books say.</summary>
internal sealed class PinHealth
{
    private const int MaxPins = 10_000;
    private readonly ConcurrentDictionary<(string Provider, string Model), Seen> _pins = new();

    /// <summary>What is known of a pin; null: it was not called since this process looks.</summary>
    public Seen? Of(string provider, string model) => _pins.TryGetValue((provider, model), out Seen seen) ? seen : null;

    /// <summary>Takes a request in; one that was taken in already changes nothing.</summary>
    public void Observe(UsageRecord record)
    {
        // A request that its provider does not take is answered; most such are their caller's mistakes.
        if (record is { Outcome: Outcome.Failed, Status: 400 or 413 or 422 })
        {
            return;
        }

        // What the sentinel asks is unlike what callers ask: a model that refuses it may answer them.
        if (record.Outcome != Outcome.Completed && record.Attribution == Sentinel.BorderCall.Attribution)
        {
            return;
        }

        if (record is { Provider: { } provider, ModelSent: { } model } && record.Outcome is Outcome.Completed or Outcome.Failed or Outcome.Interrupted)
        {
            Observe(provider, model, record.Outcome == Outcome.Completed, record.At);
        }
    }

    /// <summary>Takes an answer, or a failure, in.</summary>
    public void Observe(string provider, string model, bool answered, DateTimeOffset at)
    {
        Seen? before = Of(provider, model);
        if (before is { } known ? at <= known.LookedAt : _pins.Count >= MaxPins)
        {
            return;
        }

        _pins[(provider, model)] = answered ? new Seen(at, 0, at) : new Seen(before?.AnsweredAt, (before?.FailedSince ?? 0) + 1, at);
    }

    /// <param name="AnsweredAt">When it answered last, UTC; null: it has not.</param>
    /// <param name="FailedSince">Calls that have failed since.</param>
    /// <param name="LookedAt">The last call that was taken in.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Seen(DateTimeOffset? AnsweredAt, int FailedSince, DateTimeOffset LookedAt);
}
