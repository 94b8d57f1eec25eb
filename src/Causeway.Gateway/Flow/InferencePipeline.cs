using System.Diagnostics;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Cache;
using Causeway.Gateway.Capture;
using Causeway.Gateway.Conversations;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Labels;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Runaway;
using Causeway.Gateway.Sentinel;
using Causeway.Gateway.Telemetry;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Conversations;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Flow;

/// <summary>
/// One request through the house: identify → read labels → receive → guard → resolve → fit to the conversation and to base → bind → authorize → shed → watch the run → admit → once → recall → reserve → attempt → settle → record. Each step takes what
/// the one before returned, so that a wrong order does not compile. Identify comes first so that a caller without a right
/// cannot make the gateway read its body (docs/decisions/0004-identify-before-receive.md).
/// </summary>
internal sealed class InferencePipeline(
    PolicyPublisher policies, Identify identify, Receive receive, Func<EndUsers> users, Func<OutgoingGuard> guard, Resolve resolve, RejoinHistory rejoin, Bind bind, WatchRun runs, Admit admit, Once once, Recall recall, Reserve reserve, Attempt attempt, Reroute reroute, UsageMismatch mismatches, Record record, RolloutBook rollouts, PassiveEye eye, ShadowCopies shadows, Shedding shedding, RollbackMetrics rollbacks, Func<PayloadBook?> payloads, TimeProvider time, ILogger log)
{
    /// <summary>Answers one request. Nothing on this path may block: continuations run on the sockets' own threads.</summary>
    public async Task RunAsync(Call call)
    {
        PolicyRevision policy = policies.Current; // Read once: the whole call sees one world.
        if ((await identify.RunAsync(call.Context.Request, policy)).Failed(out Caller? caller, out GatewayError? error))
        {
            record.Unidentified(call, error);
            await Answers.ErrorAsync(call, error);
            return;
        }

        using Activity? span = InferenceTrace.Start(call, caller.Key);
        string asked = call.PathModel ?? "";
        bool stream = false;
        try
        {
            if ((error = ReadLabels.Run(call.Enter(RequestStep.Receive), users())) is not null)
            {
                await DenyAsync(call, caller, asked, stream, error, span);
                return;
            }

            if ((await receive.RunAsync(call)).Failed(out Received? received, out error))
            {
                await DenyAsync(call, caller, asked, stream, error, span);
                return;
            }

            asked = received.Model;
            stream = received.Stream;
            if (guard().Run(call.Enter(RequestStep.Guard), caller.Key.Attribution, received).Failed(out received, out error))
            {
                await DenyAsync(call, caller, asked, stream, error, span);
                return;
            }

            using (received)
            {
                if ((await resolve.RunAsync(call.Enter(RequestStep.Resolve), caller, received.Body, asked, policy)).Failed(out Plan? plan, out error)
                    || (await rejoin.RunAsync(call, caller, received, plan)).Failed(out plan, out error)
                    || ConversationTurn.Fit(call, received, plan).Failed(out plan, out error)
                    || (error = WithinBase.Refuse(received, plan, policy)) is not null
                    || bind.Run(call.Enter(RequestStep.Bind), received, plan, policy).Failed(out plan, out error)
                    || EmbeddingSpace.Run(call, received, plan).Failed(out plan, out error)
                    || Authorize.Run(call.Enter(RequestStep.Authorize), caller, plan, policy.Classes, received.Scan.OtherModels).Failed(out plan, out error)
                    || (error = Covered.Refuse(call, plan, policies.Current, time.GetUtcNow())) is not null
                    || (error = shedding.Refuse(caller, plan)) is not null
                    || (error = runs.Run(call.Enter(RequestStep.Admit), caller, received, out RunCheck? check)) is not null
                    || admit.Run(stream).Failed(out Admit.Admission? admission, out error))
                {
                    await DenyAsync(call, caller, asked, stream, error, span);
                    return;
                }

                using (admission)
                {
                    if (once.Enter(call, caller).Failed(out Once.Entry? entry, out error))
                    {
                        await DenyAsync(call, caller, asked, stream, error, span);
                        return;
                    }

                    using (entry)
                    {
                        call.Held = (admission, entry);
                        if (Reserve.Unreadable(caller, received, plan) is { } unreadable)
                        {
                            await DenyAsync(call, caller, asked, stream, unreadable, span);
                            return;
                        }

                        plan = Reserve.Capped(caller, received, plan);
                        CacheTurn? turn = null;

                        // What was redacted reads alike whoever's it is, and what goes back holds it again: such an answer is nobody else's.
                        if (plan.Channel?.Cache is { } rule && call.Restoring is null && (await recall.RunAsync(call.Enter(RequestStep.Recall), caller, received, plan, rule)).Failed(out turn, out error))
                        {
                            await DenyAsync(call, caller, asked, stream, error, span);
                            return;
                        }

                        // An answer that is given again costs nothing, and is a request all the same.
                        call.Enter(RequestStep.Reserve);
                        if ((turn?.Found is null ? await reserve.RunAsync(call, caller, received, plan) : await reserve.RunAsync(call, caller, plan.Pins[0], plan.Asked, default)).Failed(out Hold? hold, out error))
                        {
                            await DenyAsync(call, caller, asked, stream, error, span);
                            return;
                        }

                        plan = hold.ClampedTo is { } cap ? plan with { OutputCap = cap } : plan; // What is sent and what is held are the same cap.
                        await ServeAsync(call, caller, received, plan, hold, turn, check, span);
                    }
                }
            }
        }
        catch (Exception failure) when (call.ClientGone.IsCancellationRequested || failure is ConnectionResetException)
        {
            record.Left(call, caller, asked, stream);
            InferenceTrace.Fail(span, "client_gone");
        }
#pragma warning disable CA1031 // The edge: what nobody expected becomes one answer with an id, and one line in the log.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.Failed(log, call.Id, failure);
            await DenyAsync(call, caller, asked, stream, GatewayError.Internal(call.Id), span);
        }
    }

    private async Task ServeAsync(Call call, Caller caller, Received received, Plan plan, Hold hold, CacheTurn? turn, RunCheck? check, Activity? span)
    {
        bool stream = received.Stream;
        Course course = new(plan, hold, call.Data!.Value.Rank, time) { Caller = caller, Arrived = call.Arrived, BodyBytes = received.Scan.BodyLength, Tools = received.Scan.BilledTools, Turn = turn };
        RecordedBody? recorded = recall.Record(call, turn);
        var captured = Captured.Begin(call, caller.Key.Attribution, received, payloads());
        ShadowCopy? copy = turn?.Found is null ? shadows.Take(call, caller, received, plan) : null;
        TranscriptTurn.Copy? transcript = turn?.Found is null ? plan.Transcript?.Begin(call, received, course) : null; // What is given again was kept when it was made.
        using OpenTurns<ConversationKey>.Turn? open = plan.Conversation?.Begin(course);
        Ending ending = new(Outcome.Failed, 500, "internal"); // What stands if the attempt throws.
        try
        {
            ending = runs.Hold(call, caller, hold, ref check) is { } beyond ? await Answers.EndAsync(call, beyond, course, Outcome.Denied)
                : turn?.Found is { } found ? await recall.GiveAsync(call.Enter(RequestStep.Deliver), course, found) : await AttemptAsync(call, caller, received, course);
            if (call.Restoring is { } restoring)
            {
                await restoring.EndAsync(call.ClientGone);
            }
        }
        catch (Exception failure) when (!call.ClientGone.IsCancellationRequested)
        {
            LogEvents.Failed(log, call.Id, failure);
            await Answers.ErrorAsync(call, GatewayError.Internal(call.Id), course);
        }
        catch (Exception)
        {
            ending = Ending.Gone(null);
        }
        finally
        {
            // The caller may be gone; the books still get the truth.
            call.Enter(RequestStep.Settle);
            transcript?.Stop(call);
            captured?.End(call);
            Settlement settled = turn?.Found is null ? Settle.Run(call, received, course, ending) : Settlement.Again;
            eye.Observe(call, course, ending, settled);
            record.Completed(call, caller, course, stream, ending, settled, mismatches.Of(call, received, course, ending, settled));
            rollouts.Observe(call, course, ending, settled);
            rollbacks.Observe(course, ending);
            runs.Ended(check, ending, settled);
            bool isTranscribed = transcript is not null && await transcript.KeepAsync(call, ending); // After the books: it may wait for the store.
            ConversationTurn.Took(received, course, ending, settled, isTranscribed, time.GetUtcNow());
            await recall.KeepAsync(call, course, recorded, ending, settled);
            shadows.Send(copy, ending.Outcome == Outcome.Completed);
            InferenceTrace.End(span, call, course, ending, settled);
        }
    }

    // Tried anew, by what answers now, when the release was rolled back before anything reached the caller.
    private async Task<Ending> AttemptAsync(Call call, Caller caller, Received received, Course course)
    {
        for (int rerouted = 0; ; rerouted++)
        {
            Ending ending = await attempt.RunAsync(call, received, course);
            if (!ReferenceEquals(ending, Ending.Revoked))
            {
                return ending;
            }

            GatewayError? error = rerouted < Reroute.Most ? await reroute.RunAsync(call, caller, received, course) : Reply.RevokedError;
            if (error is not null)
            {
                return await Answers.EndAsync(call, error, course, Outcome.Failed);
            }

            LogEvents.Rerouted(log, call.Id, course.Plan.Release!.ToString());
        }
    }

    private async Task DenyAsync(Call call, Caller caller, string asked, bool stream, GatewayError error, Activity? span)
    {
        await Answers.ErrorAsync(call, error);
        rollbacks.Refused(error);
        record.Denied(call, caller, asked, error, stream);
        InferenceTrace.Fail(span, error.Code);
    }
}
