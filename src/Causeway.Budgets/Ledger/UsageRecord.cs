using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Pricing;

namespace Causeway.Budgets.Ledger;

/// <summary>What one request was and what it cost. Every request that was attributed leaves exactly one.</summary>
public sealed record UsageRecord
{
    /// <summary>The request's id: a version 7 UUID, as in <c>x-causeway-request</c>.</summary>
    public required Guid Request { get; init; }

    /// <summary>When the request arrived, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who it was for.</summary>
    public required Attribution Attribution { get; init; }

    /// <summary>Which of the caller's own people it was for, or a digest of that, as the caller said; null: it did not.</summary>
    public string? EndUser { get; init; }

    /// <summary>Its tags, as <see cref="Labels.RequestTags"/> writes them; null: it has none.</summary>
    public string? Tags { get; init; }

    /// <summary>The key that spoke.</summary>
    public required KeyId Key { get; init; }

    /// <summary>The wire format, lower case: <c>openai</c>, <c>anthropic</c>, <c>gemini</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>The operation, as the protocol calls it: <c>chat.completions</c>, <c>messages</c>, …</summary>
    public required string Route { get; init; }

    /// <summary>What the caller asked for.</summary>
    public required string ModelAsked { get; init; }

    /// <summary>What was sent to the provider; null when the request never got that far.</summary>
    public string? ModelSent { get; init; }

    /// <summary>What the provider says that answered; null when it did not say.</summary>
    public string? ModelServed { get; init; }

    /// <summary>The provider's name; null when none was chosen.</summary>
    public string? Provider { get; init; }

    /// <summary>Where the provider is bound to process; null: not bound.</summary>
    public string? Region { get; init; }

    /// <summary>The class of data that it belonged to; null: it ended before that was decided, or before classes were kept.</summary>
    public string? DataClass { get; init; }

    /// <summary>The agreement that let its data go, of several calls the last one's; null: none went, or the configuration let it.</summary>
    public string? Agreement { get; init; }

    /// <summary>Tokens by kind.</summary>
    public TokenCounts Tokens { get; init; }

    /// <summary>Nano-USD; null: the model has no price. Never 0 for want of one.</summary>
    public long? CostNanoUsd { get; init; }

    /// <summary>The rates by which the tokens were billed, as <see cref="Rates.Text"/> writes them; null: no price, or nothing was used.</summary>
    public string? Price { get; init; }

    /// <summary>Uses of tools that the provider ran itself and bills by the use; 0: none.</summary>
    public int ToolUses { get; init; }

    /// <summary>What those cost, nano-USD; part of <see cref="CostNanoUsd"/>. Null: there were none, or one has no fee that is known. Never 0 for want of one.</summary>
    public long? ToolFeeNanoUsd { get; init; }

    /// <summary>The grant that was charged; null: none was, as of calls that Causeway makes itself.</summary>
    public GrantId? Grant { get; init; }

    /// <summary>What was held before the call, nano-USD; null: nothing was.</summary>
    public long? HeldNanoUsd { get; init; }

    /// <summary>What the call cost beyond that, nano-USD.</summary>
    public long OverrunNanoUsd { get; init; }

    /// <summary>Who says how many tokens it were.</summary>
    public UsageSource Source { get; init; }

    /// <summary>What was said of it later, all of it together; null: nothing. The members above stay as they were booked.</summary>
    public UsageAdjustment? Adjusted { get; init; }

    /// <summary>Tokens by kind, with what was said later.</summary>
    public TokenCounts FinalTokens => Adjusted is { } later ? Tokens + later.Tokens : Tokens;

    /// <summary>Nano-USD, with what was said later; null: no price, and nothing was said.</summary>
    public long? FinalCostNanoUsd => Adjusted is { } later ? (CostNanoUsd ?? 0) + later.NanoUsd : CostNanoUsd;

    /// <summary>The HTTP status that the caller got; 499 when it left before there was one.</summary>
    public required int Status { get; init; }

    /// <summary>How it ended.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>The stable code of what went wrong; null: nothing did.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Why the model stopped, in the provider's word; null when it did not say.</summary>
    public string? StopReason { get; init; }

    /// <summary>Calls made upstream, retries included; 0: none.</summary>
    public int Attempts { get; init; }

    /// <summary>The channel that the caller asked for; null: it named a model.</summary>
    public string? Channel { get; init; }

    /// <summary>The release that answered; null: no channel, no release.</summary>
    public string? Release { get; init; }

    /// <summary>The routing revision by which the release was found; null: no channel.</summary>
    public long? RoutingRevision { get; init; }

    /// <summary>The number of the rule that decided (<c>Causeway.Releases</c>' RoutingRule); null: no channel.</summary>
    public int? RoutingRule { get; init; }

    /// <summary>Where the request's unit stood, 0 to 999,999; null: nothing was drawn.</summary>
    public int? Bucket { get; init; }

    /// <summary>The 64 bits from which that follows: they tell units apart and name none. Null: nothing was drawn, or it is of before they were kept.</summary>
    public ulong? UnitHash { get; init; }

    /// <summary>The conversation that it was a turn of, as the caller calls it; null: of none that is told apart, or it is of before they were kept.</summary>
    public string? Conversation { get; init; }

    /// <summary>The request whose answer was given again to this one; null: it was answered anew. Nothing was sent for it, and it costs nothing.</summary>
    public Guid? CachedFrom { get; init; }

    /// <summary>Other releases than <see cref="Release"/> whose answers the request brought as its history, with commas between; null: none, or its conversation is not told apart.</summary>
    public string? Inherits { get; init; }

    /// <summary>Fields of the request that the provider's protocol could not be told, as in <c>x-causeway-dropped</c>; null: none.</summary>
    public string? Dropped { get; init; }

    /// <summary>The contract that the answer had to follow: a registered version as <c>NAME@3</c>, or <c>inline</c> where the schema came with the request; null: none.</summary>
    public string? Contract { get; init; }

    /// <summary>The digest of the contract's schema, <c>sch_</c> and 64 hex digits; null: there was no contract.</summary>
    public string? ContractSchema { get; init; }

    /// <summary>
    /// What became of the contract: <c>native</c>, <c>enforced</c> and <c>repaired</c> where the answer follows it; <c>violated</c>, <c>blank</c>,
    /// <c>refused</c> and <c>truncated</c> where it does not. Null: there was no contract, or no answer.
    /// </summary>
    public string? ContractOutcome { get; init; }

    /// <summary>Calls in which a model was asked to repair its answer; they are among <see cref="Attempts"/>.</summary>
    public int Repairs { get; init; }

    /// <summary>What those calls cost, nano-USD; it is part of <see cref="CostNanoUsd"/>. Null: there were none, or their models have no price.</summary>
    public long? RepairCostNanoUsd { get; init; }

    /// <summary>What was mended in the answer and at how many places, as <c>fences:1,integer_spelling:2</c>; null: nothing.</summary>
    public string? Mended { get; init; }

    /// <summary>Every call upstream and every pin passed over, in order, where there was more than one; empty otherwise.</summary>
    public IReadOnlyList<AttemptRecord> Trail { get; init; } = [];

    /// <summary>When each step of its way through the gateway began; empty: it is not known.</summary>
    public StepTimes Steps { get; init; }

    /// <summary>The answer was a stream.</summary>
    public bool Streamed { get; init; }

    /// <summary>From arrival to the first byte for the caller; null: there was none.</summary>
    public TimeSpan? TimeToFirstByte { get; init; }

    /// <summary>From arrival to the end.</summary>
    public TimeSpan Total { get; init; }
}

/// <summary>One step of a request's way: a call upstream, or a pin that was not called.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Model">The model, in the provider's words.</param>
/// <param name="Reason">Why the next step was taken (<c>status_503</c>, <c>upstream_timeout</c>, <c>circuit_open</c>, <c>cannot_translate</c>); <c>answered</c> for the last.</param>
/// <param name="Status">The provider's HTTP status; null: there was none.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="CostNanoUsd">What it cost, nano-USD; null: nothing that is known of.</param>
public sealed record AttemptRecord(string Provider, string Model, string Reason, int? Status, TimeSpan Duration, long? CostNanoUsd)
{
    /// <summary>Where the provider was bound to process it; null: bound to no region.</summary>
    public string? Region { get; init; }

    /// <summary>The agreement that let its data go; null: the configuration did, or none went.</summary>
    public string? Agreement { get; init; }

    /// <summary>From the request's arrival to its beginning; null: it is not known, as of records of before.</summary>
    public TimeSpan? Began { get; init; }

    /// <summary>From its beginning to the beginning of the provider's reply; null: there was none, or it is not known.</summary>
    public TimeSpan? FirstByte { get; init; }
}

/// <summary>Who says how many tokens a call used.</summary>
public enum UsageSource
{
    /// <summary>Nothing was used: the request was not answered by a provider, or its stream was cancelled at one that does not bill that.</summary>
    None,

    /// <summary>The provider reported it.</summary>
    Provider,

    /// <summary>The provider answered in full but reported nothing: counted from what was sent and relayed.</summary>
    Counted,

    /// <summary>The answer broke off before the provider reported: estimated from what was sent and relayed until then.</summary>
    Estimated,

    /// <summary>The provider answered in a form that reports nothing that could be counted: a file, an image, a list.</summary>
    Unmetered,
}

/// <summary>How a request ended.</summary>
public enum Outcome
{
    /// <summary>Answered in full.</summary>
    Completed,

    /// <summary>Causeway said no.</summary>
    Denied,

    /// <summary>The provider did not take it, or no provider could be reached.</summary>
    Failed,

    /// <summary>The provider broke off in the middle of its answer.</summary>
    Interrupted,

    /// <summary>The caller left before the end.</summary>
    ClientGone,
}
