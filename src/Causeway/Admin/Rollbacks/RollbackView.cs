using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Admin.Conversations;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Conversations;
using Causeway.Releases.Rollback;

namespace Causeway.Admin.Rollbacks;

/// <summary>What a rollback did, or would do.</summary>
internal sealed record RollbackView(
    [property: Description("Nothing was done: this is what it would do.")] bool DryRun,
    [property: Description("The routing revision that it made; of a dry run, the one in force.")] long Revision,
    [property: Description("When it was committed; null: it was not.")] DateTimeOffset? T0,
    [property: Description("The channels that are rolled back.")] IReadOnlyList<RolledBackView> Channels,
    [property: Description("Live instances, and when each applied it.")] IReadOnlyList<AppliedView> Instances,
    [property: Description("Every live instance has applied it.")] bool Complete,
    [property: JsonConverter(typeof(SnakeCaseEnum<StreamPolicy>)), Description("What becomes of requests that were being answered.")] StreamPolicy Streams,
    [property: Description("Requests that the releases were answering on the instance that was asked, streams apart.")] int OpenRequests,
    [property: Description("Streams that they were answering there.")] int OpenStreams,
    [property: Description("Requests that finish, for up to 30 s, streams apart: of every instance that has applied it.")] int DrainingRequests,
    [property: Description("Streams that do.")] int DrainingStreams,
    [property: Description("Requests that were sent to the other release instead.")] int Reissued,
    [property: Description("Streams that were ended with release_revoked.")] int Cut,
    [property: Description("Channels that keep the release for want of a way back: their callers are told release_revoked.")] IReadOnlyList<RollbackRefusalView> WithoutWayBack,
    [property: Description("Live conversations that the releases answered last on channels that tell them apart, by what they lose.")] ConversationCountsView Conversations,
    [property: Description("Limits in USD that were raised for 24 hours because it is dearer there; of a dry run, empty.")] IReadOnlyList<RaisedLimitView> Raised,
    [property: Description("What it would change in money and capacity, by channel; null: it is no dry run."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<RollbackOutlookView>? Outlook,
    [property: Description("What no rollback undoes.")] IReadOnlyList<string> CannotUndo,
    [property: Description("It holds on this instance alone, which has made it without the store."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Local = false)
{
    private static readonly string[] s_cannotUndo =
    [
        "answers that were given: causeway blast CHANNEL lists them",
        "what callers did with them: mail that was sent, tickets that were written, summaries and vectors that were kept",
        "state that a provider keeps of a conversation (previous_response_id without a transcript, files, batches): it stays with the provider that made it",
        "turns of the other release that callers send back as history: the release that answers now reads them",
        "prompt caches of the provider: the first requests are dearer and slower until they are warm",
    ];

    public static RollbackView Of(RollbackResult result, RollbackOrder order, bool dryRun, ConversationCounts conversations, IReadOnlyList<RollbackOutlookView>? outlook) => new(
        dryRun,
        result.Revision,
        result.CommittedAt,
        [.. result.Channels.Select(channel => new RolledBackView(channel.Channel, channel.From.ToString(), channel.To.ToString(), channel.WasPointed, channel.ContinuesUntil, channel.Times.DetectMs, channel.Times.DecideMs))],
        [.. result.Applied.Select(applied => AppliedView.Of(applied, result.CandidateUntil))],
        result.Applied.All(applied => applied.At is not null),
        order.Streams,
        result.OpenRequests,
        result.OpenStreams,
        result.Calls.DrainingRequests,
        result.Calls.DrainingStreams,
        result.Calls.Reissued,
        result.Calls.Cut,
        [.. result.Refusals.Select(refusal => new RollbackRefusalView(refusal.Channel, refusal.Message))],
        ConversationCountsView.Of(conversations),
        [.. result.Raised.Select(RaisedLimitView.Of)],
        outlook,
        s_cannotUndo);
}

/// <summary>A channel that is rolled back.</summary>
internal sealed record RolledBackView(
    string Channel,
    [property: Description("What is in quarantine on it.")] string From,
    [property: Description("What answers.")] string To,
    [property: Description("The channel was pointed there with it; false: it pointed there already.")] bool Pointed,
    [property: Description("Until when conversations that it answered last go on with it; absent: they do not."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ContinuesUntil = null,
    [property: Description("From the first request that a guard called bad to its alarm; absent: no guard had spoken, or it does not say."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? DetectMs = null,
    [property: Description("From that alarm to the commit; absent: no guard had spoken."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? DecideMs = null);

/// <summary>An instance, and when it applied a change.</summary>
internal sealed record AppliedView(
    string Instance,
    [property: Description("Null: it has not said so.")] DateTimeOffset? AppliedAt,
    [property: Description("Of one that has not: until when it gives out the candidate at most, its lease being over then. Null: it has applied it; or what is taken back was no candidate, and it goes on until it reaches the store.")] DateTimeOffset? CandidateUntil,
    [property: Description("Requests that finish there, streams apart; null: it has not said.")] int? DrainingRequests,
    [property: Description("Streams that do.")] int? DrainingStreams,
    [property: Description("Requests of it that were sent to the other release instead.")] int? Reissued,
    [property: Description("Streams of it that were ended.")] int? Cut)
{
    public static AppliedView Of(AppliedBy applied, DateTimeOffset? candidateUntil) => new(
        applied.Instance,
        applied.At,
        applied.At is null ? candidateUntil : null,
        applied.Calls?.DrainingRequests,
        applied.Calls?.DrainingStreams,
        applied.Calls?.Reissued,
        applied.Calls?.Cut);
}

/// <summary>A channel that is not rolled back.</summary>
internal sealed record RollbackRefusalView(string Channel, string Reason);
