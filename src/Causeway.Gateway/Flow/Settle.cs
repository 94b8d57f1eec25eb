using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Upstream;
using Causeway.Wire;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Flow;

/// <summary>What a call used and cost: from the provider's report, else from what was sent and relayed.</summary>
internal static class Settle
{
    // Four bytes a token is the vendors' own rule of thumb for English; it only ever stands in for a missing report.
    private const int BytesPerToken = 4;

    /// <summary>The last call and all before it whose answers broke the contract.</summary>
    public static Settlement Run(Call call, Received received, Course course, Ending ending) => Whole(course, OfCall(call, received, course, ending));

    /// <summary>The same where the last call is settled already.</summary>
    public static Settlement Whole(Course course, Settlement last)
    {
        long? repairs = course.RepairCost(last.CostNanoUsd);
        return course.Spent.Count == 0 && last.RepairCostNanoUsd == repairs && last.LastCallNanoUsd == last.CostNanoUsd
            ? last // Nearly every request: one call.
            : course.Spent.Aggregate(last, Sum) with { RepairCostNanoUsd = repairs, LastCallNanoUsd = last.CostNanoUsd };
    }

    /// <summary>A call whose answer is not given to the caller.</summary>
    /// <param name="call">The request.</param>
    /// <param name="received">Its body.</param>
    /// <param name="course">The way so far.</param>
    /// <param name="isWhole">The answer was read to its end.</param>
    public static Settlement Broken(Call call, Received received, Course course, bool isWhole) =>
        OfCall(call, received, course, new Ending(isWhole ? Outcome.Completed : Outcome.Interrupted, 200, null));

    /// <summary>The call came to nothing and another follows; what its error says that it used is booked with what follows.</summary>
    public static void Failed(Call call, Received received, Course course, Reply reply)
    {
        if (reply.IsError && !course.IsRefused)
        {
            course.Broke(reply.Reason, Broken(call, received, course, isWhole: true), reply.Status);
        }
        else
        {
            course.Failed(reply.Reason, reply.Status == 0 ? null : reply.Status);
        }
    }

    // What has no price makes the sum have none: unpriced is not free. The weakest word on the tokens stands.
    private static Settlement Sum(Settlement one, Settlement other)
    {
        if (one.Source == UsageSource.None || other.Source == UsageSource.None)
        {
            return one.Source == UsageSource.None ? other : one;
        }

        return new Settlement(
            one.Tokens + other.Tokens,
            WeakestFirst.First(source => source == one.Source || source == other.Source || source == UsageSource.Provider),
            one.CostNanoUsd + other.CostNanoUsd)
        { Price = one.Price == other.Price ? one.Price : null, Tools = one.Tools + other.Tools };
    }

    private static readonly UsageSource[] WeakestFirst = [UsageSource.Unmetered, UsageSource.Estimated, UsageSource.Counted, UsageSource.Provider];

    private static Settlement OfCall(Call call, Received received, Course course, Ending ending)
    {
        if (course is not { Pin: { } pin, Meter: { } meter, IsSettled: false, IsRefused: false })
        {
            return Settlement.Nothing;
        }

        (TokenCounts tokens, UsageSource source) = IsFree(pin, meter, ending) ? default : Count(call.Operation, received.Scan.BodyLength, meter, ending);
        if (source == UsageSource.None)
        {
            return new Settlement(tokens, source, null);
        }

        return Priced(call.At, pin, course, meter, tokens, source);
    }

    /// <summary>What a native call used: as any other where it is understood, else what its answer reports or nothing that can be told.</summary>
    public static Settlement Native(Call call, int bodyLength, Course course, Ending ending)
    {
        if (course is not { Pin: { } pin, IsRefused: false } || (ending.Outcome is Outcome.Failed or Outcome.Denied && course.Meter is not { HasUsage: true }))
        {
            return Settlement.Nothing;
        }

        if (course.Meter is { } cut && IsFree(pin, cut, ending))
        {
            return Settlement.Nothing;
        }

        if (course.Meter is not { } meter || (meter is { Operation: Operation.Native, HasUsage: false }))
        {
            return new Settlement(default, UsageSource.Unmetered, null);
        }

        (TokenCounts tokens, UsageSource source) = meter.Operation == Operation.Native ? (ToCounts(meter.Usage), UsageSource.Provider) : Count(meter.Operation, bodyLength, meter, ending);
        return source == UsageSource.None ? Settlement.Nothing : Priced(call.At, pin, course, meter, tokens, source);
    }

    /// <summary>The seam between the rooms: how the wire's usage is billed.</summary>
    public static TokenCounts ToCounts(in TokenUsage usage) => new(
        usage.InputUncached, usage.CacheRead, usage.CacheWrite5m, usage.CacheWrite30m, usage.CacheWrite1h, usage.CacheWrite12h, usage.Output, usage.Reasoning);

    /// <summary>What an answer costs by the price of its day, nano-USD; null: the model has none.</summary>
    public static long? CostOf(DateTimeOffset at, PinRoute pin, ResponseMeter meter, in TokenCounts tokens) => BillOf(at, pin, meter, tokens)?.NanoUsd;

    private static Bill? BillOf(DateTimeOffset at, PinRoute pin, ResponseMeter meter, in TokenCounts tokens) => pin.Route.PriceOf(pin.Model, meter.Model)
        ?.BillFor(tokens, at, meter.ServiceTier, pin.Provider.Region is not null || IsRegional(meter.Region));

    /// <summary>Whether an answer says that it was made in a region: Anthropic's <c>inference_geo</c> is <c>not_available</c> where it does not tell.</summary>
    public static bool IsRegional(string? told) => told is not (null or "global" or "not_available");

    private static Settlement Priced(DateTimeOffset at, PinRoute pin, Course course, ResponseMeter meter, in TokenCounts tokens, UsageSource source)
    {
        ToolBill tools = ToolCharges.Of(pin, meter, course.Tools, at);
        return BillOf(at, pin, meter, tokens) is { } bill && tools.With(bill.NanoUsd) is { } cost
            ? new Settlement(tokens, source, cost) { Price = bill.Rates.Text(bill.MultiplierPpm), Tools = tools }
            : new Settlement(tokens, source, null) { Tools = tools };
    }

    // A server that was measured not to bill a stream that was cancelled; one that came to its end it bills.
    private static bool IsFree(PinRoute pin, ResponseMeter meter, Ending ending) =>
        pin.Provider.ClientGone == ClientGone.Free && ending.Outcome == Outcome.ClientGone && meter is { IsStream: true, Ended: false };

    private static (TokenCounts Tokens, UsageSource Source) Count(Operation operation, int bodyLength, ResponseMeter meter, Ending ending)
    {
        if (operation is Operation.MessagesCountTokens or Operation.GeminiCountTokens)
        {
            return (default, UsageSource.None);
        }

        if (meter.HasUsage && (meter.Ended || !meter.IsStream))
        {
            return (ToCounts(meter.Usage), UsageSource.Provider); // An error may say it, too.
        }

        if (ending.Outcome is not (Outcome.Completed or Outcome.Interrupted or Outcome.ClientGone))
        {
            return (default, UsageSource.None);
        }

        TokenCounts told = meter.InputReported ? ToCounts(meter.Usage) : new TokenCounts(bodyLength / BytesPerToken, 0, 0, 0, 0, 0, 0, 0);
        long output = Compose.Generates(operation) ? Math.Max(told.Output, (meter.GeneratedBytes + BytesPerToken - 1) / BytesPerToken) : told.Output; // Vectors are no tokens.
        return (told with { Output = output }, ending.Outcome == Outcome.Completed ? UsageSource.Counted : UsageSource.Estimated);
    }
}

/// <summary>What is booked.</summary>
/// <param name="Tokens">By kind.</param>
/// <param name="Source">Who says so.</param>
/// <param name="CostNanoUsd">Nano-USD, with the fees of tools; null: the model has no price or a tool no fee, or nothing was used.</param>
internal sealed record Settlement(TokenCounts Tokens, UsageSource Source, long? CostNanoUsd)
{
    /// <summary>The rates by which it was billed; null: no price, or calls that were billed by different ones.</summary>
    public string? Price { get; init; }

    /// <summary>Uses of the provider's own tools that are billed, and their part of the cost.</summary>
    public ToolBill Tools { get; init; }

    /// <summary>The same as the ledger counts it. What has no price is no money to it.</summary>
    public Amounts Amounts => new(CostNanoUsd ?? 0, Tokens.AllInput, Tokens.Output);

    /// <summary>Nothing was used.</summary>
    public static Settlement Nothing { get; } = new(default, UsageSource.None, null);

    /// <summary>An answer was given again: that costs nothing, which is known.</summary>
    public static Settlement Again { get; } = new(default, UsageSource.None, 0);

    /// <summary>The part of the cost that the last call made, nano-USD; null: it used nothing, or its model has no price.</summary>
    public long? LastCallNanoUsd { get; init; } = CostNanoUsd;

    /// <summary>The part of the cost that repairs of the answer made, nano-USD; null: there were none, or no price is known.</summary>
    public long? RepairCostNanoUsd { get; init; }
}
