using System.Buffers;
using System.Text;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Normalisation;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Repair;
using Causeway.Contracts.Streams;
using Causeway.Contracts.Validation;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Telemetry;
using Causeway.Gateway.Upstream;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Shape;

/// <summary>
/// Tries one pin under a contract, from its first reply to one that keeps it, or to the end of what the policy allows: the answer is gathered, put
/// into the contract's shape, judged, and asked for again with what was wrong. Nothing reaches the caller meanwhile.
/// </summary>
internal sealed class ContractTrial(StallWatch watch, Dispatch dispatch, Owners owners, GatewayLimits limits, TimeProvider time, ILogger log)
{
    /// <summary>Whether a reply may flow to the caller while it is proven: the provider enforces the whole contract, and what is undone can be undone in passing.</summary>
    public bool Flows(Received received, Hop hop, BoundContract contract, LatestConformance measured) =>
        received.Stream
        && !contract.Policy.Coerce.HasFlag(Coercions.KeyOrder)
        && StreamShapes.Of(hop.Outgoing.Operation, hop.Reply!.Response!) is not null
        && hop.Outgoing.Contract is { IsNative: true } compiled
        && ContractStream.CanFlow(compiled)
        && (compiled.IsCallersTool || hop.Outgoing.Translation!.CountTools(contract.Tool) == 0) // What is said before a call of another tool is no document.
        && !Eligibility.IsDisproven(compiled.Reliance, hop.Pin.Provider.Name, hop.Pin.Model, measured, time.GetUtcNow());

    /// <summary>Judges a pin's reply, and asks again as long as the policy allows.</summary>
    /// <param name="call">The request.</param>
    /// <param name="received">Its body.</param>
    /// <param name="first">The pin with its first reply, which is no error of another kind.</param>
    /// <param name="course">Takes what every call used.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="hasNext">Another pin could take over.</param>
    public async Task<Trial> RunAsync(Call call, Received received, Hop first, Course course, BoundContract contract, bool hasNext)
    {
        List<Correction> corrections = [];
        Hop hop = first;
        Trial? before = null;
        try
        {
            while (true)
            {
                Trial trial = await JudgeAsync(call, received, hop, course, contract);
                if (trial.Problem is not { } problem)
                {
                    return trial;
                }

                if (course.IsRevoked)
                {
                    return trial;
                }

                if (before is not null && !trial.IsRepairable)
                {
                    // No answer came of the repair: what was wrong before is what the caller is told.
                    course.ContractOutcome = before.Problem!.Code == "answer_empty" ? "blank" : "violated";
                    return before with { Hop = hop };
                }

                LogEvents.ContractBroken(log, call.Id, hop.Pin.ServedBy, contract.Label, problem.Code);
                if (!MayRepair(call, hop.Pin, contract, trial, corrections.Count, hasNext))
                {
                    return trial;
                }

                corrections.Add(new Correction(trial.WrongText, RepairPrompt.Of(contract.Schema, trial.Violations)));
                if (await AgainAsync(call, received, hop.Pin, course, corrections) is not { } again)
                {
                    return call.ClientGone.IsCancellationRequested ? new Trial(hop) { IsClientGone = true } : trial;
                }

                Leave(hop, first);
                (hop, before) = (again, trial);
            }
        }
        catch
        {
            Leave(hop, first);
            throw;
        }
    }

    // The first is its caller's.
    private static void Leave(Hop hop, Hop first)
    {
        if (hop != first)
        {
            hop.Dispose();
        }
    }

    // In the policy's order: a fallback that stands before the repair is tried first, as long as there is one.
    private static bool MayRepair(Call call, PinRoute pin, BoundContract contract, Trial trial, int repaired, bool hasNext) =>
        trial.IsRepairable
        && contract.Policy.OnViolation.Contains(OnViolation.Repair)
        && !(hasNext && contract.Policy.OnViolation.TakeWhile(act => act != OnViolation.Repair).Contains(OnViolation.Fallback))
        && repaired < contract.Policy.Repairs
        && call.Elapsed < pin.Provider.Timeouts.Total;

    // Asks the pin again, in what is left of the time that the whole call may take; null: it gave no answer that could be judged.
    private async Task<Hop?> AgainAsync(Call call, Received received, PinRoute pin, Course course, List<Correction> corrections)
    {
        long told = corrections.Sum(correction => (long)Encoding.UTF8.GetByteCount(correction.Answer) + Encoding.UTF8.GetByteCount(correction.Told) + Bounds.Overhead);
        if (await Reserve.CoverAsync(call, received, course.Plan, pin, course.Hold!, told) is not null
            || !await course.Hold!.IsDurableAsync()
            || Compose.Run(call, received, course.Plan, pin, corrections).Failed(out Outgoing? outgoing, out _))
        {
            return null;
        }

        Hop again = new(outgoing, watch.Start(
            pin.Provider.Timeouts.Total - call.Elapsed, call.ClientGone, course.Hold!.Payer, pin.Provider.ClientGone == ClientGone.Drain ? call.Leave : null, course.Serving));
        try
        {
            course.NextIsRepair();
            course.Meter = outgoing.NewMeter(received.Stream);
            owners.Watch(received, outgoing, course);
            course.Meter.Made = course.Making?.Reader;
            if (await dispatch.RunAsync(call, received, again, course, hasNext: false)
                && again.Reply is { IsError: false } reply
                && reply.Failure(pin.Provider, pin.Protocol, limits.ReplyBytes) is null)
            {
                return again;
            }

            if (again.Reply is { } failed && !course.IsRevoked)
            {
                Settle.Failed(call, received, course, failed);
            }
        }
        catch
        {
            again.Dispose();
            throw;
        }

        again.Dispose();
        return null;
    }

    private async Task<Trial> JudgeAsync(Call call, Received received, Hop hop, Course course, BoundContract contract)
    {
        if (hop.Reply!.IsError)
        {
            return OfError(hop, course, contract);
        }

        GatheredReply reply = new(hop.Outgoing.Target!, BoundContract.CarrierOf(hop.Outgoing.Contract!), contract.Name, isForced: contract.Tool is not null);
        ArrayBufferWriter<byte>? body = null;
        Stream upstream = await hop.Reply.Response!.Content.ReadAsStreamAsync(CancellationToken.None);
        RelayEnd end;
        if (received.Stream && StreamShapes.Of(hop.Outgoing.Operation, hop.Reply.Response) is { } shape)
        {
            end = await Gathering.EventsAsync(Incoming.Of(call, hop, upstream), course.Meter!, shape, reply, limits.ReplyBytes);
        }
        else
        {
            body = new ArrayBufferWriter<byte>();
            end = await Gathering.BodyAsync(Incoming.Of(call, hop, upstream), course.Meter!, body, limits.ReplyBytes);
            if (end == RelayEnd.Complete)
            {
                reply.Plain(body.WrittenMemory);
            }
        }

        if (end == RelayEnd.ClientGone)
        {
            return new Trial(hop) { IsClientGone = true };
        }

        if (end == RelayEnd.Revoked)
        {
            course.Revoked();
        }

        if (end != RelayEnd.Complete)
        {
            return Broke(hop, call, received, course, IncompleteReply.Of(end, hop.Pin.Provider.Name, limits.ReplyBytes), isWhole: false);
        }

        return reply.Failure is { } failure
            ? Broke(hop, call, received, course, new GatewayError(failure.Kind, failure.Code, failure.Message), isWhole: false)
            : Judge(call, received, hop, course, contract, reply, body);
    }

    private static Trial Judge(Call call, Received received, Hop hop, Course course, BoundContract contract, GatheredReply reply, ArrayBufferWriter<byte>? body)
    {
        JudgedReply judged = JudgedReply.Of(reply, contract, hop.Outgoing.Contract!, call.Id);
        course.Judged(judged);
        if (!judged.IsBroken)
        {
            return new Trial(hop) { Reply = reply, Body = body is null || course.Spent.Count > 0 ? null : OwnBody(received, hop.Outgoing, contract, judged, body.WrittenMemory) };
        }

        return Broke(hop, call, received, course, Violated.Problem(contract, hop.Pin, judged), isWhole: true) with { IsRepairable = true, WrongText = judged.WrongText, Violations = judged.Violations };
    }

    // The provider's own body with nothing but its answers replaced; null: the reply has to be written anew.
    private static ReadOnlyMemory<byte>? OwnBody(Received received, Outgoing outgoing, BoundContract contract, JudgedReply judged, ReadOnlyMemory<byte> body)
    {
        ReplyBody own = new(outgoing.Target!, outgoing.Translation!, outgoing.Passes);
        if (!received.Stream && !judged.IsMoved && !judged.IsInSeveralCalls && own.IsCallers && own.With(body, judged.Documents, contract.Tool) is { } told)
        {
            return told;
        }

        return outgoing.Passes && judged.IsAsItCame ? body : default(ReadOnlyMemory<byte>?); // A null alone would become an empty body.
    }

    // An error about the schema is the gateway's affair or the model's, never the caller's: it did not write what was sent.
    private static Trial OfError(Hop hop, Course course, BoundContract contract)
    {
        Reply reply = hop.Reply!;
        bool isModels = SchemaFailures.Of(reply.Status, reply.Error) == SchemaFailure.ModelFailed;
        course.ContractOutcome = isModels ? "violated" : null;
        course.Failed(reply.Reason, reply.Status);
        return new Trial(hop) { Problem = Violated.Problem(contract, hop.Pin, reply.Error, isModels) with { ShouldRetry = false }, IsRepairable = isModels };
    }

    private static Trial Broke(Hop hop, Call call, Received received, Course course, GatewayError problem, bool isWhole)
    {
        course.Broke(problem.Code, Settle.Broken(call, received, course, isWhole));
        return new Trial(hop) { Problem = problem with { ShouldRetry = false } };
    }
}

/// <summary>What came of a pin under a contract.</summary>
/// <param name="Hop">The pin with its last reply. Not the one that the trial began with, if it was asked again: then it is the caller's to dispose of.</param>
internal sealed record Trial(Hop Hop)
{
    /// <summary>The reply that keeps the contract, or that it does not speak of; null: there is none.</summary>
    public GatheredReply? Reply { get; init; }

    /// <summary>The provider's own body, where it can go to the caller: as it came, or with nothing but its answers replaced.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Why there is no answer to give; null: there is one, or the caller left.</summary>
    public GatewayError? Problem { get; init; }

    public bool IsClientGone { get; init; }

    /// <summary>The pin may be asked again.</summary>
    public bool IsRepairable { get; init; }

    public string WrongText { get; init; } = "";

    public IReadOnlyList<Violation> Violations { get; init; } = [];
}
