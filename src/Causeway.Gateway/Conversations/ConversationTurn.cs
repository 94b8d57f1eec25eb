using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Causeway.Wire.Errors;
using Causeway.Wire.Requests;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Conversations;

/// <summary>A request as a turn of its conversation.</summary>
/// <param name="Book">Where it is written down.</param>
/// <param name="Key">The conversation.</param>
/// <param name="Before">It before this turn; null: it begins, or nothing is known of it.</param>
internal sealed record ConversationTurn(ConversationBook Book, ConversationKey Key, Conversation? Before)
{
    /// <summary>Says what became of a conversation that another release goes on with.</summary>
    public const string Header = "x-causeway-conversation-migrated";

    /// <summary>The field that names what a provider keeps of a conversation.</summary>
    public const string StateField = "previous_response_id";

    private const int MaxOthers = 8;

    /// <summary>The release that answered last, where another one goes on; null: the same one does.</summary>
    public ReleaseId? From { get; private init; }

    /// <summary>What was taken out of the request, or of the history that was put into it.</summary>
    public string Lost { get; init; } = "none";

    /// <summary>Opens a turn; null: the request names no conversation.</summary>
    public static async ValueTask<ConversationTurn?> OpenAsync(ConversationBook book, Call call, Caller caller, ServedChannel channel)
    {
        StringValues header = call.Context.Request.Headers[RequestUnit.SessionHeader];
        if (header is not [{ Length: > 0 and <= RequestUnit.MaxSession } session] || session.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return null;
        }

        ConversationKey key = new(channel.Channel.Name, caller.Key.Attribution.Team, session);
        return new ConversationTurn(book, key, await book.FindAsync(key, call.ClientGone));
    }

    /// <summary>It is under way, until what is returned is disposed of.</summary>
    public OpenTurns<ConversationKey>.Turn Begin(Course course) => Book.Begin(Key, () => course.Meter is { Ended: true });

    /// <summary>Why a conversation is not gone on with; null: it is.</summary>
    public GatewayError? Refuse(ServedChannel channel, ServedRelease release, PolicyRevision policy) =>
        channel.Conversations == ConversationPolicy.Reject && Before is { } before && before.Last != release.Release.Id && policy.Routing.IsRevoked(Key.Channel, before.Last)
            ? new GatewayError(
                ErrorKind.Conflict, "release_revoked", $"The release that answered this conversation was rolled back, and channel \"{Key.Channel}\" does not go on with such conversations. Begin a new one, with another {RequestUnit.SessionHeader}.")
            { Param = RequestUnit.SessionHeader }
            : null;

    /// <summary>
    /// Makes a request fit for a release that did not answer all of its conversation: what others left of reasoning that is not shown goes, from the first of it on.
    /// </summary>
    public static Verdict<Plan> Fit(Call call, Received received, Plan plan)
    {
        if (plan is not { Conversation: { Before: { } before } turn, Release: { } release } || before.Runs.All(run => run.Release == release.Release.Id))
        {
            return plan;
        }

        // Where a transcript says whose state it is, it is this provider's.
        if (received.Scan.HoldsProviderState && plan.Transcript is not { Root: not null } && before.Provider != plan.Pins[0].Provider.Name)
        {
            return new GatewayError(
                ErrorKind.Conflict, "release_revoked", $"This conversation's state is kept by {before.Provider}, and {plan.Pins[0].Provider.Name} answers it now: ids do not travel. Send the whole history in place of the id, or begin a new conversation.")
            { Param = StateField };
        }

        if (before.Last != release.Release.Id && before.TokensOf(received.Scan.BodyLength) is { } tokens && tokens > Bounds.KnownContextOf(plan.Pins[0]))
        {
            return TooLong(tokens, plan.Pins[0]);
        }

        if (!HiddenReasoning.TryRemove(call.Operation, received.Body.Memory, before.OwnTurns(release.Release.Id), before.Turns, out byte[]? without))
        {
            return plan; // Whoever reads it says what is wrong with it.
        }

        if (without is not null && received.TryReplace(call.Operation, without, out RequestFault fault) is false)
        {
            return Compose.Refused(fault);
        }

        return plan with { Conversation = turn with { From = before.Last == release.Release.Id ? null : before.Last, Lost = without is null ? turn.Lost : "reasoning" } };
    }

    /// <summary>A conversation is longer than what answers it now reads.</summary>
    public static GatewayError TooLong(long tokens, PinRoute pin) => new(
        ErrorKind.Conflict, "release_revoked", $"This conversation is about {tokens} tokens long, and {pin.ServedBy}, which answers it now, reads {Bounds.KnownContextOf(pin)}. Send a shorter history, or begin a new conversation.")
    { Param = RequestUnit.SessionHeader };

    /// <summary>Other releases that answered it before, the latest ones, as usage records name them; null: none.</summary>
    public string? OthersThan(ReleaseId release) =>
        Before is { } before && before.Runs.Select(run => run.Release).Where(one => one != release && one != Conversation.Unknown).Distinct().TakeLast(MaxOthers).ToArray() is { Length: > 0 } others
            ? string.Join(',', others)
            : null;

    /// <summary>Writes down that it was answered. State that a provider keeps is no longer the only one where a transcript is kept too.</summary>
    public static void Took(Received received, Course course, Ending ending, Settlement settled, bool isTranscribed, DateTimeOffset at)
    {
        if (course.Plan is not { Conversation: { } turn, Release: { } release } || ending is not { Outcome: Outcome.Completed, Status: 200, ErrorCode: null } || !Compose.Generates(received.Scan.Operation))
        {
            return;
        }

        ReleaseId id = release.Release.Id;
        string provider = course.Pin?.Provider.Name ?? course.Plan.Pins[0].Provider.Name;
        Portability portability = received.Scan.HoldsProviderState && !isTranscribed ? Portability.P3 : settled.Tokens.Reasoning > 0 ? Portability.P1 : Portability.P0;
        Conversation now = turn.Before is { } before ? before.Answered(id, provider, portability, at) : Conversation.Begun(turn.Key, id, provider, portability, at);
        turn.Book.Put(now.Measured(settled.Tokens.AllInput, settled.Tokens.Output - settled.Tokens.Reasoning, received.Scan.HoldsProviderState ? 0 : received.Scan.BodyLength));
    }
}
