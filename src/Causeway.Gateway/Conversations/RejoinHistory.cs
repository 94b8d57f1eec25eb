using Causeway.Budgets.Grants;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Releases.Conversations;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.OpenAI.Responses;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Conversations;

/// <summary>
/// Requests that go on from an answer by its id, on channels that keep transcripts: where the provider that keeps the history answers them, they pass; where another one does, the history is put into
/// them, since ids do not travel (docs/conversations.md).
/// </summary>
/// <param name="book">The transcripts; null: none are kept.</param>
/// <param name="limits">How long a body may be.</param>
internal sealed class RejoinHistory(TranscriptBook? book, GatewayLimits limits)
{
    private const int MaxNamed = 64;

    public async ValueTask<Verdict<Plan>> RunAsync(Call call, Caller caller, Received received, Plan plan)
    {
        if (book is null || call.Operation != Operation.Responses || plan.Channel?.Transcripts is not { } keep)
        {
            return plan;
        }

        if (!received.Scan.HoldsProviderState)
        {
            return plan with { Transcript = new TranscriptTurn(book, keep, null, null) };
        }

        string team = caller.Key.Attribution.Team;
        if (ResponseTurn.PreviousOf(received.Body.Memory.Span) is not { } previous)
        {
            return plan;
        }

        // Without it the request would be refused: its id is one that no provider knows, or the conversation's last answer that is known of was another's.
        bool isAwaited = ResponseTurn.IsTranslated(previous) || (plan.Conversation?.Before is { Provider: var last } && last != plan.Pins[0].Provider.Name);
        TranscriptHead? head = await book.FindAsync(team, previous, isAwaited, call.ClientGone);
        if (head is null || head.Provider == plan.Pins[0].Provider.Name)
        {
            return plan with { Transcript = new TranscriptTurn(book, keep, previous, head?.Root) }; // Where nothing is known of it: as on a channel that keeps none.
        }

        if (await book.ReadAsync(team, previous, limits.BodyBytes, call.ClientGone) is not ({ } turns, var rank))
        {
            return Stuck(head, plan, "what was said before is no longer kept whole, or is longer than a request may be");
        }

        if (ResponseHistory.Write(received.Body.Memory, [.. turns.Select(said => said.Turn)], turns.TakeWhile(said => said.Release == plan.Release!.Release.Id).Count(), out HistoryLoss lost, out string? names) is not { } whole)
        {
            return Stuck(head, plan, names is null ? "what was said before cannot be read" : $"what was said before names \"{(names.Length > MaxNamed ? names[..MaxNamed] : names)}\", which nobody else has");
        }

        if (whole.Length > limits.BodyBytes)
        {
            return Stuck(head, plan, "with what was said before the request is longer than one may be");
        }

        if (plan.Conversation?.Before is { Tokens: var tokens } && tokens > Bounds.KnownContextOf(plan.Pins[0]))
        {
            return ConversationTurn.TooLong(tokens, plan.Pins[0]);
        }

        if (!received.TryReplace(call.Operation, whole, out RequestFault fault))
        {
            return Compose.Refused(fault);
        }

        call.RaisedDataClass = Stricter(call.RaisedDataClass, rank);
        return plan with { Transcript = new TranscriptTurn(book, keep, null, null), Conversation = plan.Conversation is { } turn ? turn with { Lost = Word(lost) } : null };
    }

    // What was said in the turns before belongs to this one now.
    private static string? Stricter(string? raised, int? rank) => rank is { } other && (raised is null || DataClasses.Rank(raised) < other) ? DataClasses.Known[other] : raised;

    private static string Word(HistoryLoss lost) => lost switch
    {
        HistoryLoss.None => "none",
        HistoryLoss.Reasoning => "reasoning",
        HistoryLoss.ProviderTools => "provider_tools",
        _ => "reasoning, provider_tools",
    };

    private static GatewayError Stuck(TranscriptHead head, Plan plan, string why) => new(
        ErrorKind.Conflict,
        "release_revoked",
        $"This conversation's state is kept by {(head.Provider.Length == 0 ? "nobody" : head.Provider)}, {plan.Pins[0].Provider.Name} answers it now, and {why}. Send the whole history in place of the id, or begin a new conversation.")
    { Param = ConversationTurn.StateField };
}
