using System.Globalization;
using Causeway.Budgets.Adaptive;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Cache;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Routing;
using Causeway.Wire;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Flow;

/// <summary>Leaves exactly one usage record for every request that was attributed and may be booked, and its measurements.</summary>
internal sealed class Record(BudgetLedger ledger, Journal journal, PromptTokens prompts, AnswerLengths lengths, InferenceMetrics metrics, MismatchLog mismatches)
{
    /// <summary>The request got an answer, or as much of one as there was.</summary>
    /// <param name="call">The request.</param>
    /// <param name="caller">Whose it is.</param>
    /// <param name="course">Its way.</param>
    /// <param name="stream">The answer was a stream.</param>
    /// <param name="ending">How it ended.</param>
    /// <param name="settled">What is booked.</param>
    /// <param name="mismatch">Why what the provider reports cannot be, all of it; null: it can, or nothing is known.</param>
    public void Completed(Call call, Caller caller, Course course, bool stream, Ending ending, Settlement settled, LedgerRemark? mismatch = null)
    {
        Reservation held = course.Hold!.Reservation;
        bool isInDoubt = course.IsInDoubt || course.WasInDoubt;

        // Where the only call left no word nothing is known; what the request's other calls reported is.
        Settlement known = course is { IsInDoubt: true, Spent.Count: 0 } ? Settlement.Nothing : settled;
        UsageRecord common = Common(call, caller, course.Plan.Asked, ending, stream, held.Held.NanoUsd, Math.Max(0, (settled.CostNanoUsd ?? 0) - held.Held.NanoUsd));
        UsageRecord record = WithCourse(common, course, ending, known);
        record = course.Turn?.Found is { } found ? WithFound(record, found) : record;
        if (isInDoubt)
        {
            course.Hold.DoubtWhole();
            ledger.Doubt(held, ending.ErrorCode ?? course.DoubtReason ?? "unknown", record);
        }
        else if (!course.WasSent && settled.Source == UsageSource.None && course.Turn?.Found is null)
        {
            ledger.Void(held, ending.ErrorCode ?? "not_sent", record);
        }
        else
        {
            // What was held of tokens for a native call that says nothing of any is all that can be told of them.
            ledger.Settle(held, settled.Source == UsageSource.Unmetered ? held.Held : settled.Amounts, settled.Source, record, record.ModelSent, record.Provider, mismatch);
        }

        if (mismatch is not null)
        {
            metrics.CountMismatch(course.Pin!);
            mismatches.Say(call, course.Pin!, mismatch.Detail);
        }
        else if (settled.Source == UsageSource.Provider && course is { Attempts: 1, Pin: { } pin } && call.Operation != Operation.Native)
        {
            // What cannot be teaches nothing of the model's prompts.
            prompts.Observe(pin, course.BodyBytes, settled.Tokens.AllInput);
            if (stream && course.Meter is { Ended: true } meter)
            {
                lengths.Observe(caller.Key.Attribution.Feature, pin.ServedBy, settled.Amounts.TokensOut, meter.OutputTextBytes);
            }
        }

        if (ending.ErrorCode == "budget_ended" && course.Hold.Allowance is { } ended)
        {
            _ = ledger.Note(new LedgerEvent(LedgerEventKind.Clamped, 0)
            {
                Request = call.Request,
                Grant = caller.Grant.Grant.Id,
                Key = caller.Key.Id,
                Model = course.Plan.Asked,
                Code = "budget_ended",
                DecidedBy = ended.Denial?.Grant,
                Limit = ended.Denial?.Limit?.ToString(),
                Detail = string.Create(CultureInfo.InvariantCulture, $"ended at {ended.Held} output tokens of at most {ended.Cap}: {ended.Denial?.Code}"),
            });
        }

        metrics.Observe(call, course.Pin, record);
    }

    /// <summary>A record with what the way of a request has to say: who answered, under which contract, what was used and what it cost.</summary>
    public static UsageRecord WithCourse(UsageRecord common, Course course, Ending ending, Settlement settled) => common with
    {
        Attempts = course.Attempts,
        ModelSent = course.Pin?.Model,
        ModelServed = course.Meter?.Model,
        Provider = course.Pin?.Provider.Name,
        Region = course.Pin is { } pin ? LegRegion.Of(pin.Provider, pin.Model) : null,
        DataClass = DataClasses.Known[course.DataClass],
        Agreement = course.Coverage?.Cited,
        Channel = course.Plan.Channel?.Channel.Name,
        Release = course.Plan.Release?.Name,
        RoutingRevision = course.Plan.Release is null ? null : course.Plan.Revision,
        RoutingRule = course.Plan.Release is null ? null : (int)(course.Plan.Routed?.Rule ?? RoutingRule.Stable),
        Bucket = course.Plan.Routed?.Bucket,
        UnitHash = course.Plan.Routed?.Draw,
        Conversation = course.Plan.Conversation?.Key.Session,
        Inherits = course.Plan is { Conversation: { } turn, Release: { } release } ? turn.OthersThan(release.Release.Id) : null,
        Dropped = DroppedFields.Text(course.Dropped),
        Contract = course.Plan.Contract?.Label,
        ContractSchema = course.Plan.Contract?.Schema.Digest.Text,
        ContractOutcome = course.ContractOutcome,
        Repairs = course.Repairs,
        RepairCostNanoUsd = settled.RepairCostNanoUsd,
        Mended = course.Mended,
        Trail = course.Trail(ending, settled.LastCallNanoUsd),
        Tokens = settled.Tokens,
        CostNanoUsd = settled.CostNanoUsd,
        Price = settled.Price,
        ToolUses = settled.Tools.Uses,
        ToolFeeNanoUsd = settled.Tools.NanoUsd,
        Source = settled.Source,
        StopReason = course.Meter?.StopReason,
    };

    /// <summary>The same for an answer that was given again: whose it was, and that nobody was asked for it.</summary>
    private static UsageRecord WithFound(UsageRecord record, CachedAnswer found) => record with
    {
        CachedFrom = found.Request,
        ModelServed = found.Model,
        StopReason = found.StopReason,
        ContractOutcome = found.ContractOutcome,
        Mended = found.Mended,
        Dropped = found.Dropped,
    };

    /// <summary>The gateway said no to a caller that it knows. Where nothing more may wait to be booked this is counted and not booked: callers that ask again and again would fill the memory.</summary>
    public void Denied(Call call, Caller caller, string modelAsked, GatewayError error, bool stream) =>
        Denied(call, new Asker(caller.Key, caller.Grant.Grant.Id), modelAsked, error, stream, call.Context.Response.StatusCode);

    /// <summary>The caller was not let in. Where its key is known all the same this is a denial like any other; where it is not there is nobody to attribute to, so it is counted and not booked.</summary>
    public void Unidentified(Call call, GatewayError error)
    {
        if (error.Asker is { } asker)
        {
            Denied(call, asker, call.PathModel ?? "", error, stream: false, ErrorEnvelope.StatusFor(call.Protocol, error.Kind));
        }
        else
        {
            metrics.CountUnidentified(call, error.Code);
        }
    }

    private void Denied(Call call, Asker asker, string modelAsked, GatewayError error, bool stream, int status)
    {
        UsageRecord record = Common(call, asker, modelAsked, new Ending(Outcome.Denied, status, error.Code), stream);
        if (journal.HasRoom)
        {
            ledger.Denied(
                new LedgerEvent(LedgerEventKind.Denied, 0)
                {
                    Request = call.Request,
                    Grant = asker.Grant,
                    Key = asker.Key.Id,
                    Code = error.Code,
                    DecidedBy = error.DecidedBy,
                    Limit = error.Limit,
                    Model = modelAsked,
                    Detail = error.Caveat is { } caveat ? "caveat " + caveat : null,
                },
                record);
        }

        metrics.Observe(call, null, record);
    }

    /// <summary>The caller left before its request went anywhere. Booked as a denial is.</summary>
    public void Left(Call call, Caller caller, string modelAsked, bool stream)
    {
        UsageRecord record = Common(call, caller, modelAsked, Ending.Gone(null), stream);
        if (journal.HasRoom)
        {
            journal.Enqueue(record);
        }

        metrics.Observe(call, null, record);
    }

    private static UsageRecord Common(Call call, Caller caller, string modelAsked, Ending ending, bool stream, long? held = null, long overrun = 0) =>
        Common(call, new Asker(caller.Key, caller.Grant.Grant.Id), modelAsked, ending, stream, held, overrun);

    private static UsageRecord Common(Call call, Asker asker, string modelAsked, Ending ending, bool stream, long? held = null, long overrun = 0) => new()
    {
        Request = call.Request,
        At = call.At,
        Attribution = asker.Key.Attribution,
        EndUser = call.Labels?.EndUser,
        Tags = call.Labels?.Tags,
        Key = asker.Key.Id,
        Grant = asker.Grant,
        Protocol = ProtocolNames.Of(call.Protocol),
        Route = call.Route,
        ModelAsked = modelAsked,
        DataClass = call.Data?.Word,
        Status = ending.Status,
        Outcome = ending.Outcome,
        ErrorCode = ending.ErrorCode,
        Streamed = stream,
        Steps = call.Steps,
        TimeToFirstByte = call.TimeToFirstByte,
        HeldNanoUsd = held,
        OverrunNanoUsd = overrun,
        Total = call.Elapsed,
    };
}
