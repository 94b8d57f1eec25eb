using System.Diagnostics.Metrics;
using Causeway.Budgets.Batches;
using Causeway.Gateway.Books;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Batches;

/// <summary>
/// On the instance that leads: asks for the batches that are open, each ever less often, and books what they used when they have ended. What nobody could say by a batch's deadline stays charged
/// at its bound. Booked twice changes nothing, so a start in between, or two instances that both believe to lead, do no harm.
/// </summary>
public sealed class BatchWatch : Chore
{
    private const int MaxTurn = 64;
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_betweenDrops = TimeSpan.FromHours(1);
    private readonly IBatchStore _store;
    private readonly LateUsage _late;
    private readonly BatchQuestion _question;
    private readonly Counter<long> _over;
    private readonly ILogger _log;
    private readonly ObjectBook? _objects;
    private DateTimeOffset _dropsAt = DateTimeOffset.MinValue;

    /// <summary>Watches the batches of a store.</summary>
    public BatchWatch(IBatchStore store, LateUsage late, PolicyPublisher policies, Leadership leadership, IMeterFactory meters, TimeProvider time, ILogger<BatchWatch> log, ObjectBook? objects = null)
        : base(s_between, leadership, time)
    {
        (_store, _late, _question, _log, _objects) = (store, late, new BatchQuestion(policies, time), log, objects);
        _over = meters.Create(GenAiNames.Source).CreateCounter<long>(GenAiNames.BatchesOver, "{batch}", "Batches whose end is known, or whose deadline has passed without a word");
    }

    /// <inheritdoc/>
    public override async Task TurnAsync(CancellationToken cancellation)
    {
        DateTimeOffset now = Time.GetUtcNow();
        if (now >= _dropsAt)
        {
            await _store.DropAsync(now - BatchTimetable.Memory, cancellation);
            _dropsAt = now + s_betweenDrops;
        }

        // A provider that hangs keeps nobody's batches waiting but its own.
        IReadOnlyList<TakenBatch> due = await _store.DueAsync(now, MaxTurn, cancellation);
        await Task.WhenAll(due.GroupBy(batch => batch.Provider, StringComparer.Ordinal).Select(batches => AskAllAsync(batches, cancellation)));
    }

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.BatchesFailed(_log, s_between.TotalSeconds, failure);

    private async Task AskAllAsync(IEnumerable<TakenBatch> batches, CancellationToken cancellation)
    {
        foreach (TakenBatch batch in batches)
        {
            await AskAsync(batch, cancellation);
        }
    }

    private async Task AskAsync(TakenBatch batch, CancellationToken cancellation)
    {
        BatchFound found = await _question.AskAsync(batch, cancellation);
        if (_objects is not null && found.Left.Count > 0)
        {
            await _objects.InheritAsync(batch.Provider, batch.Batch, found.Left, cancellation); // Before anybody can find them in a list.
        }

        DateTimeOffset now = Time.GetUtcNow();
        TakenBatch asked = batch with { AskedAt = now, Asks = batch.Asks + 1, NextAt = NextAt(batch, now), Word = found.Word };
        if (found.Used is { } used)
        {
            asked = await BookAsync(asked, new LateWord(0, null, batch.Request, used.NanoUsd, used.Tokens, "batch ended", Evidence(batch)) { IsOwn = true }, BatchState.Settled, cancellation);
        }
        else if (now >= batch.DueAt)
        {
            asked = await BookAsync(asked, new LateWord(0, null, batch.Request, null, null, "batch without a word by its deadline", Evidence(batch)) { IsOwn = true }, BatchState.Lapsed, cancellation);
        }

        await _store.KeepAsync(asked, cancellation);
        Tell(asked);
    }

    /// <summary>Names the word, so that the same again is known for what it is.</summary>
    private static string Evidence(TakenBatch batch) => $"{batch.Batch} at {batch.Provider}";

    private static DateTimeOffset NextAt(TakenBatch batch, DateTimeOffset now)
    {
        DateTimeOffset next = now + BatchTimetable.After(batch.Asks);
        return next > batch.DueAt && now < batch.DueAt ? batch.DueAt : next;
    }

    private async Task<TakenBatch> BookAsync(TakenBatch batch, LateWord word, BatchState booked, CancellationToken cancellation)
    {
        try
        {
            (IReadOnlyList<LateOutcome> done, IReadOnlyList<LateProblem> problems) = await _late.TakeAsync([word], ReleaseDesk.Automatic, cancellation);
            return done is [{ } one]
                ? batch with { State = one.Result == LateResult.Told ? BatchState.Told : booked }
                : Unbooked(batch, string.Join(", ", problems.Select(problem => $"{problem.Member} {problem.Message}")));
        }
        catch (Exception later) when (later is TimeoutException or InvalidOperationException)
        {
            return Unbooked(batch, "the books lag behind, or another instance books it");
        }
    }

    // What cannot be booked by its deadline has nothing that it could be booked to.
    private static TakenBatch Unbooked(TakenBatch batch, string why) =>
        batch with { State = batch.AskedAt >= batch.DueAt ? BatchState.Lapsed : BatchState.Open, Word = $"{batch.Word}; not booked: {why}" };

    private void Tell(TakenBatch batch)
    {
        if (batch.State != BatchState.Open)
        {
            _over.Add(1, new(GenAiNames.ProviderAccount, batch.Provider), new(GenAiNames.BatchState, batch.State.ToString().ToLowerInvariant()));
        }

        switch (batch.State)
        {
            case BatchState.Open:
                LogEvents.BatchOpen(_log, batch.Batch, batch.Provider, batch.Request, batch.Word);
                break;
            case BatchState.Lapsed:
                LogEvents.BatchLapsed(_log, batch.Batch, batch.Provider, batch.Request, batch.DueAt, batch.Word);
                break;
            default:
                LogEvents.BatchOver(_log, batch.Batch, batch.Provider, batch.Request, batch.State == BatchState.Told ? "told by somebody before" : "settled", batch.Word);
                break;
        }
    }
}
