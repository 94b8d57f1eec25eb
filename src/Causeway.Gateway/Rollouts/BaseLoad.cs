using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Releases.Drills;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Asks base as much more as the candidate answers: as many questions of that length, with answers of that length, one after another at an even pace and without a second
/// try. Of the callers' requests it takes the measure and not the words. What it used is booked under an account of Causeway's own.
/// </summary>
public sealed class BaseLoad(IUsageStore usage, Journal journal, PolicyPublisher policies, TimeProvider time) : IDisposable
{
    /// <summary>The span of which the candidate's load is taken.</summary>
    public static readonly TimeSpan Measured = TimeSpan.FromMinutes(10);

    private const double Margin = 1.2;
    private const int MaxCalls = 20_000;
    private const int MaxOpen = 256;
    private const int MaxTokens = 100_000;
    private const int LeastOutput = 16;
    private const int MaxPages = 200;
    private const string Word = "bridge ";
    private const int TooMany = 429;

    // Of the words themselves: how an answer of about the wanted length comes about.
    private const string Instruction = "Write one long sentence after another about the following words, without an end: ";

    private static readonly ProviderRetries s_once = new() { Max = 0 };
    private readonly BookedCall _call = new(policies, journal, time);

    /// <summary>Whom it is booked for.</summary>
    internal static Attribution Attribution { get; } = new("causeway", "capacity-drill", "eval");

    /// <summary>What would be sent.</summary>
    /// <param name="drill">The drill.</param>
    /// <param name="cancellation">Ends the reading of the books.</param>
    /// <returns>The load with nothing sent yet, or why there is none.</returns>
    public async Task<(DrillLoad? Load, string? Problem)> PlanAsync(Drill drill, CancellationToken cancellation)
    {
        if (BaseOf(drill) is not { } @base || PinOf(@base) is not { } pin)
        {
            return (null, "none of the providers of base is configured here");
        }

        DateTimeOffset at = time.GetUtcNow();
        (long requests, long input, long output) = await MeasureAsync(drill, at, cancellation);
        if (requests == 0)
        {
            return (null, $"the candidate has answered nothing in the last {Measured.TotalMinutes:0} minutes: there is no load to ask of base");
        }

        double perMinute = requests / Measured.TotalMinutes * Margin;
        int calls = (int)Math.Clamp(Math.Ceiling(perMinute / 60 * drill.Seconds), 1, MaxCalls);
        int inputTokens = (int)Math.Clamp(input / requests, 1, MaxTokens);
        int outputTokens = (int)Math.Clamp(output / requests, LeastOutput, MaxTokens);

        // The words may be more tokens at this pin than at the candidate's: twice as many bound them.
        long? ceiling = pin.Route.PriceOf(pin.Model, null)?.CeilingNanoUsd((2L * inputTokens) + Bounds.Overhead, outputTokens, at, namesTier: false, pin.Provider.Region is not null) * calls;
        return (new DrillLoad(pin.ServedBy, calls, Math.Round(perMinute, 2), inputTokens, outputTokens, ceiling, 0, 0, 0, 0), null);
    }

    /// <summary>Sends it, over the drill's time.</summary>
    /// <returns>The load with what came of it: what was sent until it was stopped.</returns>
    public async Task<DrillLoad> RunAsync(Drill drill, DrillLoad load, CancellationToken stop)
    {
        if (BaseOf(drill) is not { } @base || PinOf(@base) is not { } pin || Write(pin, load).Failed(out OwnRequest? request, out GatewayError? error))
        {
            return load;
        }

        using SemaphoreSlim open = new(MaxOpen);
        List<Task<(bool Answered, bool Throttled, long Cost)>> calls = [];
        TimeSpan between = TimeSpan.FromSeconds((double)drill.Seconds / load.Calls);
        long began = time.GetTimestamp();
        for (int i = 0; i < load.Calls && !stop.IsCancellationRequested; i++)
        {
            TimeSpan wait = (between * i) - time.GetElapsedTime(began);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (stop.IsCancellationRequested || !await open.WaitAsync(TimeSpan.FromSeconds(drill.Seconds), CancellationToken.None))
            {
                break; // Its answers take so long that no more can be asked: that too is what base can carry.
            }

            calls.Add(OneAsync(request, @base, open));
        }

        (bool Answered, bool Throttled, long Cost)[] ended = await Task.WhenAll(calls);
        return load with
        {
            Answered = ended.Count(call => call.Answered),
            Throttled = ended.Count(call => call.Throttled),
            Failed = ended.Count(call => !call.Answered && !call.Throttled),
            CostNanoUsd = ended.Sum(call => call.Cost),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _call.Dispose();

    // Asked for base, so that nothing more is sent to it where it is rolled back meanwhile.
    private async Task<(bool Answered, bool Throttled, long Cost)> OneAsync(OwnRequest request, ServedRelease @base, SemaphoreSlim open)
    {
        try
        {
            OwnReply reply = await _call.SendAsync(request, Attribution, CancellationToken.None, s_once, @base);
            return (reply.Answer is not null, reply.Status == TooMany, reply.Settled.CostNanoUsd ?? 0);
        }
        finally
        {
            open.Release();
        }
    }

    private static Verdict<OwnRequest> Write(PinRoute pin, DrillLoad load)
    {
        string prompt = Instruction + string.Concat(Enumerable.Repeat(Word, load.InputTokens));
        return OwnRequest.Of(pin, OwnPrompt.Write(pin.Model, prompt, load.OutputTokens));
    }

    private async Task<(long Requests, long Input, long Output)> MeasureAsync(Drill drill, DateTimeOffset at, CancellationToken cancellation)
    {
        (long requests, long input, long output) = (0, 0, 0);
        string candidate = drill.Candidate?.ToString() ?? "";
        Guid? after = null;
        for (int page = 0; page < MaxPages; page++)
        {
            IReadOnlyList<UsageRecord> records = await usage.PageAsync(new UsageRange(at - Measured, at, after), cancellation);
            foreach (UsageRecord record in records.Where(record => record.Channel == drill.Channel && record.Release == candidate && record is { Outcome: Outcome.Completed, RoutingRule: not (int)Causeway.Releases.Routing.RoutingRule.Shadow }))
            {
                (requests, input, output) = (requests + 1, input + record.FinalTokens.AllInput, output + record.FinalTokens.Output);
            }

            if (records.Count < UsageRange.PageRecords)
            {
                break;
            }

            after = records[^1].Request;
        }

        return (requests, input, output);
    }

    private ServedRelease? BaseOf(Drill drill) => policies.Current.FindChannel(drill.Channel)?.Stable is { } stable && stable.Release.Id == drill.Base ? stable : null;

    private PinRoute? PinOf(ServedRelease release) => release.RoutesIn(policies.Current).FirstOrDefault();
}
