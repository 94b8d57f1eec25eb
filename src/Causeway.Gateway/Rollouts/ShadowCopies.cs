using System.Collections.Concurrent;
using System.Collections.Immutable;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Contracts.Compilation;
using Causeway.Gateway.Books;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Shape;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Sends copies of requests to the candidate of a shadow stage, when their callers have their answers. What it answers reaches nobody, is kept nowhere, and runs no tool: it is judged, booked under an
/// account of Causeway's own, and let go. Within the stage's money, so many at once, and only where the grant and the data class of the caller allow the candidate's pin.
/// </summary>
internal sealed class ShadowCopies(PolicyPublisher policies, CandidateLease lease, Journal journal, RolloutBook rollouts, Bind bind, TimeProvider time, ILogger log) : IDisposable
{
    private const int MaxTogether = 16;
    private const int MaxBody = 1 << 20;
    private const int MaxBooks = 256;
    private static readonly ProviderRetries s_once = new() { Max = 0 };
    private readonly OwnCall _call = new(policies, time);
    private readonly SemaphoreSlim _room = new(MaxTogether);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<(RolloutId Rollout, int Stage), ShadowBook> _books = new();

    /// <summary>Whom copies are booked for.</summary>
    public static Attribution Attribution { get; } = new("causeway", "shadow", "eval");

    /// <summary>What became of a rollout's copies in the stage that it is in, on this instance since its start.</summary>
    public ShadowCounts CountsOf(Rollout rollout) => _books.TryGetValue((rollout.Id, rollout.Stage), out ShadowBook? book) ? book.Counts : default;

    /// <summary>Makes a copy of a request that a shadow stage concerns, as the candidate would get it. Costs nothing where there is none.</summary>
    /// <returns>The copy, to be sent when the caller has its answer, or dropped; null: there is none to be made.</returns>
    public ShadowCopy? Take(Call call, Caller caller, Received received, Plan plan)
    {
        if (plan is not { Routed.Rollout.Current.Kind: StageKind.Shadow })
        {
            return null;
        }

        try
        {
            return Copy(call, caller, received, plan);
        }
#pragma warning disable CA1031 // A copy that cannot be made must not cost its caller the answer.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.ShadowFailed(log, call.Id, failure);
            return null;
        }
    }

    /// <summary>Ends when no copy is on its way.</summary>
    internal async Task IdleAsync()
    {
        for (int i = 0; i < MaxTogether; i++)
        {
            await _room.WaitAsync();
        }

        _room.Release(MaxTogether);
    }

    private ShadowCopy? Copy(Call call, Caller caller, Received received, Plan plan)
    {
        if (plan is not { Routed.Rollout: { Current: { Kind: StageKind.Shadow } stage } rollout, Channel.Candidate: { } candidate, Release: { } release } || release.Release.Id == rollout.Candidate
            || Bucket.Of(rollout.Id.ToString(), call.Id) >= stage.Ppm)
        {
            return null;
        }

        // What may do something at a provider is not done twice, and what was redacted is not sent twice either.
        if (!Compose.Generates(call.Operation) || received.Body.Length > MaxBody || call.Restoring is not null || !lease.IsLive || Effects.Possible(call, received)
            || candidate.RoutesIn(policies.Current) is not [{ } pin, ..])
        {
            return null;
        }

        Plan shadow = new(plan.Asked, ImmutableArray.Create(pin))
        {
            Channel = plan.Channel,
            Release = candidate,
            Routed = new Routed(RoutingRule.Shadow, plan.Routed.Value.Draw, Image: null),
            Revision = plan.Revision,
            Changes = candidate.Changes,
            Unsupported = plan.Unsupported,
        };
        if (bind.Run(call, received, shadow, policies.Current).Failed(out shadow!, out _) || Authorize.Run(call, caller, shadow, policies.Current.Classes, received.Scan.OtherModels).Failed(out shadow!, out _)
            || Compose.Run(call, received, shadow = Reserve.Capped(caller, received, shadow), pin).Failed(out Outgoing? outgoing, out _))
        {
            return null;
        }

        using (outgoing)
        {
            ShadowBook book = BookOf(rollout, stage);
            return pin.Route.PriceOf(pin.Model, null)?.CeilingNanoUsd(outgoing.Body.Length + Bounds.Overhead, shadow.CapAt(pin) ?? Bounds.KnownOutputOf(pin) ?? Budgets.Grants.Grant.DefaultOutputTokens, call.At, namesTier: false, pin.Provider.Region is not null) is { } ceiling
                && book.TryHold(ceiling)
                ? new ShadowCopy(rollout, shadow, RequestOf(pin, outgoing, received.Stream), outgoing.Contract, call.Id, call.Data!.Value.Rank, book, ceiling)
                : null;
        }
    }

    /// <summary>Sends a copy, unless too many are on their way; its caller has its answer. Never waits, never throws.</summary>
    /// <param name="copy">The copy; null: there is none.</param>
    /// <param name="isAnswered">The caller was answered; otherwise the copy is dropped.</param>
    public void Send(ShadowCopy? copy, bool isAnswered)
    {
        if (copy is null)
        {
            return;
        }

        if (!isAnswered || _stopping.IsCancellationRequested || !_room.Wait(0, CancellationToken.None))
        {
            copy.Book.Dropped(copy.Ceiling);
            return;
        }

        _ = Task.Run(() => SendAsync(copy), CancellationToken.None); // Its end is its own: what it fails of is logged, and it is bounded by the provider's timeouts.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        _call.Dispose();
        _stopping.Dispose();
    }

    private async Task SendAsync(ShadowCopy copy)
    {
        bool isBooked = false;
        try
        {
            DateTimeOffset at = time.GetUtcNow();
            long began = time.GetTimestamp();
            Course course = new(copy.Plan, hold: null, copy.DataClass, time) { BodyBytes = copy.Request.Body.Length };
            OwnReply reply = await _call.SendAsync(copy.Request, course, _stopping.Token, s_once, lease);
            if (reply.Problem?.Code is "release_revoked" or Residency.Covered.Code or Residency.UpstreamTerms.ChangedCode)
            {
                return; // Rolled back, paused, or not covered: it was not sent, and says nothing of the candidate.
            }

            if (reply.Answer is { } answer && copy.Plan.Contract is { } contract && copy.Contract is { } compiled)
            {
                course.Judged(JudgedReply.Of(answer, contract, compiled, copy.Id));
            }

            Ending ending = reply.Ending;
            UsageRecord record = OwnRecord.Of(Guid.CreateVersion7(at), at, time.GetElapsedTime(began), Attribution, copy.Request.Target, copy.Request.Stream, course, ending, reply.Settled);
            journal.Enqueue(record);
            copy.Book.Settle(copy.Ceiling, SpentOf(copy, reply), reply.Answer is not null);
            isBooked = true;
            rollouts.Observe(copy.Plan.Release!.Channel, copy.Rollout, new Observation
            {
                Request = record.Request,
                IsCandidate = true,
                Bad = Badness.Of(course, ending, reply.Settled),
                IsInvalid = course.ContractOutcome is { } outcome ? outcome is "violated" or "blank" : null,
                LatencyMicroseconds = reply.Answer is null ? null : (long)reply.Took.TotalMicroseconds,
                OutputTokens = reply.Answer is null ? null : reply.Settled.Tokens.Output,
                NanoUsd = reply.Settled.CostNanoUsd,
            });
        }
#pragma warning disable CA1031 // The edge of work that nobody awaits: a copy that fails inside the gateway is a line in the log.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogEvents.ShadowFailed(log, copy.Id, failure);
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
        finally
        {
            if (!isBooked)
            {
                copy.Book.Dropped(copy.Ceiling);
            }

            _room.Release();
        }
    }

    // What broke off after it was sent may be billed up to its bound; an error is not, and neither is what reached nobody.
    private static long SpentOf(ShadowCopy copy, OwnReply reply) =>
        reply.Settled.CostNanoUsd ?? (reply is { Answer: null, Status: < 400, Problem.Code: not "upstream_unreachable" } ? copy.Ceiling : 0);

    // The bytes are the copy's own: what they were made of is gone when it is sent.
    private static OwnRequest RequestOf(PinRoute pin, Outgoing outgoing, bool stream)
    {
        byte[] body = new byte[outgoing.Body.Length];
        int at = 0;
        for (int i = 0; i < outgoing.Body.SegmentCount; i++)
        {
            outgoing.Body.Segment(i).CopyTo(body.AsMemory(at));
            at += outgoing.Body.Segment(i).Length;
        }

        return new OwnRequest(
            pin,
            outgoing.Target ?? Compose.TargetOf(pin, outgoing.Operation),
            new SplicedBody(body, default),
            stream,
            outgoing.Contract is { } compiled ? BoundContract.CarrierOf(compiled) : ShapeCarrier.Prompt);
    }

    private ShadowBook BookOf(Rollout rollout, RolloutStage stage)
    {
        if (_books.TryGetValue((rollout.Id, rollout.Stage), out ShadowBook? book))
        {
            return book;
        }

        if (_books.Count >= MaxBooks)
        {
            _books.Clear(); // Of rollouts that are long over.
        }

        return _books.GetOrAdd((rollout.Id, rollout.Stage), static (_, max) => new ShadowBook(max), stage.MaxNanoUsd);
    }
}

/// <summary>A request as the candidate of a shadow stage would get it.</summary>
/// <param name="Rollout">The rollout.</param>
/// <param name="Plan">Whom it goes to.</param>
/// <param name="Request">What is sent.</param>
/// <param name="Contract">The contract as the pin is told it; null: there is none.</param>
/// <param name="Id">The id of the request that it is a copy of.</param>
/// <param name="DataClass">The class of its data: the request's own. What no agreement covers at the candidate's provider is not sent.</param>
/// <param name="Book">Where it is counted.</param>
/// <param name="Ceiling">What is held for it, nano-USD.</param>
internal sealed record ShadowCopy(Rollout Rollout, Plan Plan, OwnRequest Request, CompiledContract? Contract, string Id, int DataClass, ShadowBook Book, long Ceiling);

/// <summary>What the copies of one shadow stage cost and came to.</summary>
/// <param name="maxNanoUsd">What they may cost together.</param>
internal sealed class ShadowBook(long maxNanoUsd)
{
    private readonly ProbePurse _purse = new(maxNanoUsd);
    private long _answered;
    private long _failed;
    private long _dropped;

    public ShadowCounts Counts => new(Interlocked.Read(ref _answered), Interlocked.Read(ref _failed), Interlocked.Read(ref _dropped), _purse.Spent);

    public bool TryHold(long ceiling)
    {
        if (_purse.TryHold(ceiling))
        {
            return true;
        }

        Interlocked.Increment(ref _dropped);
        return false;
    }

    public void Settle(long ceiling, long cost, bool isAnswered)
    {
        _purse.Settle(ceiling, cost);
        Interlocked.Increment(ref isAnswered ? ref _answered : ref _failed);
    }

    public void Dropped(long ceiling)
    {
        _purse.Settle(ceiling, 0);
        Interlocked.Increment(ref _dropped);
    }
}

/// <summary>What became of the copies of a shadow stage.</summary>
/// <param name="Answered">Answered.</param>
/// <param name="Failed">Not answered.</param>
/// <param name="Dropped">Not sent: their callers were not answered, the stage's money was spent, or too many were on their way.</param>
/// <param name="NanoUsd">What they cost, nano-USD.</param>
internal readonly record struct ShadowCounts(long Answered, long Failed, long Dropped, long NanoUsd);
