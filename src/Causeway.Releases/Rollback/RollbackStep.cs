using Causeway.Releases.Channels;
using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Rollback;

/// <summary>What is known of a channel that is to be rolled back.</summary>
/// <param name="Channel">Where it points.</param>
/// <param name="Routing">What is kept beside it.</param>
/// <param name="Moves">Where it pointed, newest first.</param>
public sealed record ChannelFacts(ReleaseChannel Channel, ChannelRouting Routing, IReadOnlyList<ChannelMove> Moves)
{
    /// <summary>What answers most of its requests now.</summary>
    public ReleaseId Served => Routing.OverrideOf(Channel)?.Release ?? Channel.Release;

    /// <summary>True when a release answers requests of the channel, or may.</summary>
    public bool Serves(ReleaseId release) => Served == release || Channel.Release == release || Routing.Active?.Candidate == release;

    /// <summary>Releases that the channel pointed at, newest first, each once, without some: the ways back.</summary>
    public IEnumerable<ReleaseId> LastKnownGood(Func<ReleaseId, bool> isOut) => Moves.Select(move => move.Release).Distinct().Where(release => !isOut(release));
}

/// <summary>A rollback of one channel, planned. Pure, so that a dry run says what the real one does.</summary>
/// <param name="From">What must not be dispatched on it any more.</param>
/// <param name="To">What answers instead.</param>
/// <param name="Point">The channel is pointed there with it; null: it points there already.</param>
/// <param name="After">The channel's routing after it.</param>
public sealed record RollbackStep(ReleaseId From, ReleaseId To, PlannedPoint? Point, ChannelRouting After)
{
    /// <summary>Plans the rollback of a channel.</summary>
    /// <param name="facts">The channel.</param>
    /// <param name="order">What is wanted.</param>
    /// <param name="isRevoked">Whether a release is in quarantine, here or everywhere.</param>
    /// <param name="at">When.</param>
    /// <param name="refusal">Why it cannot be; null: it can.</param>
    public static RollbackStep? Plan(ChannelFacts facts, RollbackOrder order, Func<ReleaseId, bool> isRevoked, DateTimeOffset at, out RollbackRefusal? refusal)
    {
        ReleaseId bad = order.Release ?? facts.Routing.Active?.Candidate ?? facts.Served;
        refusal = null;
        if (order.Release is null && order.To is null && facts.Routing is { Active: null } && facts.Routing.OverrideOf(facts.Channel) is { } standing)
        {
            refusal = new RollbackRefusal(RollbackFault.AlreadyBack, facts.Channel.Name, $"it was rolled back from {Short(standing.From)} to {Short(standing.Release)} at {standing.At:u} already; to go further back, name the release with --to", [.. Ways(facts, standing.Release)]);
            return null;
        }

        ReleaseId[] ways = [.. Ways(facts, bad)];
        ReleaseId? target = order.To ?? (ways.Length > 0 ? ways[0] : null);
        if (target is not { } to)
        {
            refusal = new RollbackRefusal(RollbackFault.NoWayBack, facts.Channel.Name, $"it has served no other release than {Short(bad)} that is not in quarantine; name one with --to and --force, or point the channel at one", []);
            return null;
        }

        if (to == bad)
        {
            refusal = new RollbackRefusal(RollbackFault.SameRelease, facts.Channel.Name, $"{Short(to)} is what it would be rolled back from", ways);
            return null;
        }

        if (isRevoked(to))
        {
            refusal = new RollbackRefusal(RollbackFault.Quarantined, facts.Channel.Name, $"{Short(to)} is in quarantine and cannot be dispatched; lift it first with: causeway quarantine lift {Short(to)} --reason TEXT", ways);
            return null;
        }

        if (!ways.Contains(to) && !(order.Force && order.MayRollOut))
        {
            // Invariant 9: the way back needs fewer rights than the way forward, and what never answered is none.
            refusal = new RollbackRefusal(
                RollbackFault.NeverServed,
                facts.Channel.Name,
                $"{Short(to)} never answered it, so nobody knows whether it can; a new release is rolled out. {(order.MayRollOut ? "--force rolls back to it all the same" : "Who may roll out (release-manager) may go to it all the same, with --force")}",
                ways);
            return null;
        }

        if (order.ContinueFor is not null && facts.Routing.Conversations is null)
        {
            refusal = new RollbackRefusal(RollbackFault.NotToldApart, facts.Channel.Name, $"its conversations are not told apart, so that none can go on with {Short(bad)}; leave --conversations continue out", ways);
            return null;
        }

        bool points = facts.Channel.Release != to;
        long version = points ? facts.Channel.Version + 1 : facts.Channel.Version;
        ChannelRouting after = facts.Routing.WithQuarantined(new QuarantinedRelease(bad, at, order.By, order.Reason, order.Streams) { ContinuesUntil = at + order.ContinueFor }) with
        {
            Override = new ChannelOverride(to, bad, version, at, order.By, order.Reason),
            Conversations = order.Conversations ?? facts.Routing.Conversations,
            Rollout = facts.Routing.Active?.RolledBack(at, order.Reason) ?? facts.Routing.Rollout,
            Drill = null,
        };
        return new RollbackStep(
            bad,
            to,
            points ? new PlannedPoint(new WantedChannel(facts.Channel.Name, to, facts.Channel.Unsupported, facts.Channel.Conformance), facts.Channel.Version) : null,
            after);

        // Base first, where a rollout is under way: it is kept able to carry the load.
        IEnumerable<ReleaseId> Ways(ChannelFacts of, ReleaseId from) =>
            of.LastKnownGood(release => release == from || isRevoked(release));
    }

    private static string Short(ReleaseId release) => release.ToString()[..16];
}

/// <summary>What is wanted of a rollback.</summary>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
public sealed record RollbackOrder(string By, string Reason)
{
    /// <summary>Back to this one; null: base of the rollout under way, or else what the channel pointed at before.</summary>
    public ReleaseId? To { get; init; }

    /// <summary>Away from this one; null: the candidate of the rollout under way, or else what answers now.</summary>
    public ReleaseId? Release { get; init; }

    /// <summary>What becomes of what it is answering.</summary>
    public StreamPolicy Streams { get; init; }

    /// <summary>What becomes of the channel's conversations from then on; null: what was set of it.</summary>
    public ConversationPolicy? Conversations { get; init; }

    /// <summary>For how long conversations that it answered last go on with it; null: they do not. Not where what runs is cut, and never by itself.</summary>
    public TimeSpan? ContinueFor { get; init; }

    /// <summary>Every check is passed over but whether the target can be dispatched at all.</summary>
    public bool Force { get; init; }

    /// <summary>Who wants it may roll out as well: only they go, by force, to what never answered.</summary>
    public bool MayRollOut { get; init; } = true;
}

/// <summary>Why a channel is not rolled back.</summary>
/// <param name="Fault">In one word.</param>
/// <param name="Channel">Which channel.</param>
/// <param name="Message">Of the channel: why, and what to do.</param>
/// <param name="Ways">The releases that it could be rolled back to, the best first.</param>
public sealed record RollbackRefusal(RollbackFault Fault, string Channel, string Message, IReadOnlyList<ReleaseId> Ways);

/// <summary>Why a channel is not rolled back, in one word.</summary>
public enum RollbackFault
{
    /// <summary>There is nothing to go back to.</summary>
    NoWayBack,

    /// <summary>It is rolled back already.</summary>
    AlreadyBack,

    /// <summary>The target is what it would be rolled back from.</summary>
    SameRelease,

    /// <summary>The target is in quarantine.</summary>
    Quarantined,

    /// <summary>The target never answered the channel.</summary>
    NeverServed,

    /// <summary>None of the target's pins can be called here.</summary>
    Unserved,

    /// <summary>The target makes vectors that do not compare with those that were made since.</summary>
    OtherSpace,

    /// <summary>Its conversations are not told apart.</summary>
    NotToldApart,

    /// <summary>The store answers: what is rolled back is rolled back for everybody.</summary>
    StoreAnswers,
}
