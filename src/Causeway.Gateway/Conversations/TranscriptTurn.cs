using Causeway.Budgets.Ledger;
using Causeway.Gateway.Cache;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Residency;
using Causeway.Releases.Conversations;
using Causeway.Wire;
using Causeway.Wire.OpenAI.Responses;

namespace Causeway.Gateway.Conversations;

/// <summary>A request as a turn of which a transcript is kept, if all before it is kept, or in it.</summary>
/// <param name="Book">Where.</param>
/// <param name="Keep">For how long.</param>
/// <param name="Previous">The answer that it goes on from; null: it has all of its history.</param>
/// <param name="Root">The first answer of its conversation; null: it will be that itself, or which it is was not known yet.</param>
internal sealed record TranscriptTurn(TranscriptBook Book, TimeSpan Keep, string? Previous, string? Root)
{
    /// <summary>Takes a copy of what is said, and begins to take one of what is answered.</summary>
    /// <returns>Null: it is too long to be kept.</returns>
    public Copy? Begin(Call call, Received received, Course course) =>
        received.Body.Length > TranscriptBook.MaxBytes ? null : new Copy(this, received.Body.Memory.ToArray(), RecordedBody.Begin(call.Context, TranscriptBook.MaxBytes), course);

    /// <summary>The copies, while an answer is on its way.</summary>
    internal sealed class Copy(TranscriptTurn turn, byte[] request, RecordedBody answer, Course course)
    {
        private readonly string _team = course.Caller!.Key.Attribution.Team;
        private readonly OpenTurns<string>.Turn _open = turn.Book.Begin(course.Caller!.Key.Attribution.Team, () => course.Meter is { Ended: true });

        /// <summary>The answer is over.</summary>
        public void Stop(Call call) => answer.End(call.Context);

        /// <summary>Keeps the turn, if it came to its end.</summary>
        /// <returns>It is kept.</returns>
        public async ValueTask<bool> KeepAsync(Call call, Ending ending)
        {
            using OpenTurns<string>.Turn over = _open;
            if (ending is not { Outcome: Outcome.Completed, Status: 200, ErrorCode: null } || answer.Whole is not { } whole || !ResponseTurn.TryRead(request, whole, out ResponseTurn? said))
            {
                return false;
            }

            // What was not known of the answer before when this one was asked for, since another instance had yet to write it, is known by now.
            string? root = turn.Previous is null ? said.Id : turn.Root ?? (await turn.Book.FindAsync(_team, turn.Previous, isAwaited: true, CancellationToken.None))?.Root;
            if (root is null)
            {
                return false;
            }

            // A pin that was asked otherwise than in this operation keeps nothing, and its answer says so.
            string provider = said.IsStored && course.Pin is { Protocol: Protocol.OpenAI } pin ? pin.Provider.Name : "";
            RequestClass data = call.Data!.Value;
            return turn.Book.Put(
                _team, new SaidTurn(said, course.Plan.Release!.Release.Id, data.By == ClassSource.Nobody ? null : data.Rank), turn.Previous, new TranscriptHead(root, provider), turn.Keep);
        }
    }
}
