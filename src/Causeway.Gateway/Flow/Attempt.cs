using System.Collections.Concurrent;
using Causeway.Budgets.Ledger;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Registry;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Shape;
using Causeway.Gateway.Telemetry;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Channels;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Flow;

/// <summary>
/// Tries the pins in order until one answers. The next is tried where the one before could not answer for reasons of its own (no connection,
/// no answer in time, 408, 429, 5xx, a model or key that is no longer taken), never because of what the caller sent, and never once a byte
/// reached the caller.
/// </summary>
internal sealed class Attempt(
    StallWatch watch, PolicyPublisher policies, Dispatch dispatch, ContractTrial contracts, Deliver deliver, Owners owners, UsageMismatch mismatches, GatewayLimits limits, TimeProvider time, ILogger log)
{
    // What was said once of a channel, a pin and a contract need not be said with every request.
    private const int MaxWarned = 1024;
    private readonly ConcurrentDictionary<(string Channel, string Pin, string Contract), bool> _warned = new();

    /// <returns>How it ended; <see cref="Ending.Revoked"/>: it has not, and the caller was told nothing.</returns>
    public async Task<Ending> RunAsync(Call call, Received received, Course course)
    {
        Plan plan = course.Plan;
        if (plan.Release is { } release)
        {
            course.Serving = new Serving(release, received.Stream, !Effects.Possible(call, received));
        }

        if (Compose.CountsHere(call, plan.Pins[0]))
        {
            return await Deliver.TokenCountAsync(call.Enter(RequestStep.Deliver), received, course);
        }

        int next = 0;
        GatewayError? refusal = null;
        GatewayError? broken = null;
        Hop? tried = null;
        try
        {
            while (true)
            {
                (Outgoing? outgoing, next, refusal) = await NextAsync(call.Enter(RequestStep.Compose), received, course, next, refusal);
                if (outgoing is null)
                {
                    break;
                }

                if (broken is not null)
                {
                    course.NextPin();
                }

                call.Enter(RequestStep.Keep);
                if (!await course.Hold!.IsDurableAsync())
                {
                    outgoing.Dispose();
                    return await RefuseAsync(call, course, Hold.Unkept);
                }

                if (call.ClientGone.IsCancellationRequested)
                {
                    outgoing.Dispose();
                    return Ending.Gone(null);
                }

                var hop = new Hop(outgoing, watch.Start(
                    outgoing.Pin.Provider.Timeouts.Total, call.ClientGone, course.Hold.Payer, outgoing.Pin.Provider.ClientGone == ClientGone.Drain ? call.Leave : null, course.Serving));
                course.Meter = outgoing.NewMeter(received.Stream);
                owners.Watch(received, outgoing, course);
                course.Meter.Made = course.Making?.Reader;
                (course.SentBytes, course.SentAsItCame) = (outgoing.Body.Length, outgoing.Passes);
                mismatches.Prepare(call, received, outgoing.Pin);
                bool answered;
                try
                {
                    answered = await dispatch.RunAsync(call.Enter(RequestStep.Call), received, hop, course, hasNext: next < plan.Pins.Length);
                }
                catch
                {
                    hop.Dispose();
                    throw;
                }

                if (call.ClientGone.IsCancellationRequested)
                {
                    using (hop)
                    {
                        return await deliver.LeftAsync(call.Enter(RequestStep.Deliver), received, hop, course);
                    }
                }

                if (course.IsRevoked)
                {
                    hop.Dispose();
                    course.Failed(Ending.Revoked.ErrorCode!, null);
                    return Ending.Revoked;
                }

                if (hop.Reply is null)
                {
                    hop.Dispose();
                    course.Passed(outgoing.Pin, "circuit_open");
                    refusal ??= CircuitOpen(outgoing.Pin);
                    continue;
                }

                tried?.Dispose();
                tried = hop;
                course.Dropped = outgoing.Dropped;
                if (plan.Contract is { } contract && IsContractsAffair(hop))
                {
                    Trial? trial = await TryContractAsync(call, received, hop, course, contract, hasNext: next < plan.Pins.Length);
                    if (trial is null)
                    {
                        break; // It flows, and is proven on the way.
                    }

                    tried = Keep(hop, trial.Hop);
                    if (trial.IsClientGone)
                    {
                        return Ending.Gone(null);
                    }

                    if (course.IsRevoked)
                    {
                        return Ending.Revoked;
                    }

                    if (trial.Problem is null)
                    {
                        return await deliver.GatheredAsync(call.Enter(RequestStep.Deliver), received, tried, course, trial);
                    }

                    broken = trial.Problem;
                    tried.Dispose();
                    tried = null;
                    if (trial.IsRepairable && !contract.Policy.OnViolation.Contains(OnViolation.Fallback))
                    {
                        // The policy is about answers; a provider that gave none is passed over as ever.
                        break;
                    }

                    continue;
                }

                if (next == plan.Pins.Length || !(answered ? hop.Reply.MayFallBack : true))
                {
                    break;
                }

                LogEvents.FallingBack(log, call.Id, outgoing.Pin.Provider.Name, hop.Reply.Reason);
                Settle.Failed(call, received, course, hop.Reply);
            }

            return tried is not null ? await deliver.RunAsync(call.Enter(RequestStep.Deliver), received, tried, course)
                : broken is not null ? await Answers.EndAsync(call, broken, course, Outcome.Failed)
                : await RefuseAsync(call, course, refusal!);
        }
        finally
        {
            tried?.Dispose();
        }
    }

    private async Task<Trial?> TryContractAsync(Call call, Received received, Hop hop, Course course, BoundContract contract, bool hasNext)
    {
        if (!hop.Reply!.IsError && contracts.Flows(received, hop, contract, course.Plan.Measured))
        {
            course.ContractOutcome = "native";
            return null;
        }

        return await contracts.RunAsync(call.Enter(RequestStep.Judge), received, hop, course, contract, hasNext);
    }

    // Replies of status 200 that are some, and errors that speak of the schema.
    private bool IsContractsAffair(Hop hop) => hop.Reply switch
    {
        { IsError: true } error => SchemaFailures.Of(error.Status, error.Error) != SchemaFailure.None,
        { } reply => reply.Failure(hop.Pin.Provider, hop.Pin.Protocol, limits.ReplyBytes) is null,
        null => false,
    };

    private static Hop Keep(Hop first, Hop last)
    {
        if (last != first)
        {
            first.Dispose();
        }

        return last;
    }

    // The next pin that can be told this request; pins that cannot are passed over, and the first reason is kept.
    private async ValueTask<(Outgoing? Outgoing, int Next, GatewayError? Refusal)> NextAsync(Call call, Received received, Course course, int next, GatewayError? refusal)
    {
        Plan plan = course.Plan;
        while (next < plan.Pins.Length)
        {
            PinRoute pin = plan.Pins[next++];
            if (next > 1 && received.Scan.HoldsProviderState)
            {
                course.Passed(pin, "provider_state"); // What the request refers to is kept by the first pin's provider.
            }
            else if (Uncovered(call, pin) is { } uncovered)
            {
                course.Passed(pin, uncovered.Code);
                refusal ??= uncovered;
            }
            else if (Unproven(received, plan, pin) is { } unproven)
            {
                course.Passed(pin, unproven.Code);
                refusal ??= unproven;
            }
            else if (await owners.RefuseAsync(call, received, course.Caller!, pin) is { } foreign)
            {
                course.Passed(pin, foreign.Code);
                refusal ??= foreign;
            }
            else if (next > 1 && await Reserve.CoverAsync(call, received, plan, pin, course.Hold!) is { } unheld)
            {
                course.Passed(pin, unheld.Code);
                refusal ??= Denials.Of(unheld, course.Hold!.Grant);
            }
            else if (Compose.Run(call, received, plan, pin).Failed(out Outgoing? outgoing, out GatewayError? error))
            {
                if (plan.Pins.Length > 1)
                {
                    course.Passed(pin, error.Code);
                }

                refusal ??= error;
            }
            else
            {
                return (outgoing, next, refusal);
            }
        }

        return (null, next, refusal);
    }

    // Passed over before anything is held or composed for it; whether its data may go is decided when it would.
    private GatewayError? Uncovered(Call call, PinRoute pin)
    {
        PolicyRevision policy = policies.Current;
        RequestClass data = call.Data!.Value;
        DateTimeOffset now = time.GetUtcNow();
        return Covered.By(policy, pin.Provider, pin.Model, data.Rank, now) is null ? Covered.Refusal(pin, data.Rank, data.By, policy, now) : null;
    }

    // What the channel asks of a pin that is to keep a contract.
    private GatewayError? Unproven(Received received, Plan plan, PinRoute pin)
    {
        if (plan is not { Contract: { } contract, Channel.Channel.Conformance: not ConformanceRule.Off and var rule })
        {
            return null;
        }

        Proof proof = contract.ProofOf(pin, received, plan.Measured, time.GetUtcNow());
        if (proof.IsProven)
        {
            return null;
        }

        if (rule == ConformanceRule.Warn)
        {
            if (_warned.Count < MaxWarned && _warned.TryAdd((plan.Asked, pin.ServedBy, contract.Label), true))
            {
                LogEvents.Unproven(log, plan.Asked, pin.ServedBy, contract.Label, proof.Missing[0]);
            }

            return null;
        }

        return new GatewayError(
            ErrorKind.Unavailable,
            "conformance_unproven",
            $"{pin.ServedBy} is not proven to hold the contract ({contract.Label}), and channel \"{plan.Asked}\" requires that: {string.Join("; ", proof.Missing.Take(4))}. The operator runs \"causeway dialect probe\", or sets \"conformance: warn\" on the channel.")
        { ShouldRetry = false };
    }

    private static Task<Ending> RefuseAsync(Call call, Course course, GatewayError refusal) =>
        Answers.EndAsync(call, refusal, course, refusal.Kind == ErrorKind.Unavailable ? Outcome.Failed : Outcome.Denied);

    private static GatewayError CircuitOpen(PinRoute pin) => new(
        ErrorKind.Unavailable, "circuit_open", $"{pin.ServedBy} failed half of its calls of the last ten seconds and is left alone for a moment. Try again shortly.")
    { RetryAfter = TimeSpan.FromSeconds(5) };
}

/// <summary>How a request ended.</summary>
/// <param name="Outcome">In one word.</param>
/// <param name="Status">What the caller got; 499 when it left before there was a status.</param>
/// <param name="ErrorCode">The stable code, or the provider's own; null: none.</param>
internal sealed record Ending(Outcome Outcome, int Status, string? ErrorCode)
{
    /// <summary>The release was rolled back before anything reached the caller: the request is to be resolved anew.</summary>
    public static Ending Revoked { get; } = new(Outcome.Failed, StatusCodes.Status409Conflict, "release_revoked");

    public static Ending Gone(int? status) => new(Outcome.ClientGone, status ?? StatusCodes.Status499ClientClosedRequest, "client_gone");
}
