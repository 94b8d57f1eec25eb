using System.Collections.Concurrent;
using System.Globalization;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Drills;
using Causeway.Releases.Rollouts;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Runs drills to their end and keeps what they showed; one at a time of each channel, which the store sees to. A drill whose process is gone is ended by whoever leads. What is
/// under way when the process ends is ended with it: base answers in doubt, never the candidate.
/// </summary>
public sealed class DrillRuns(
    ReleaseDesk desk, IDrillStore store, IUsageStore usage, Journal journal, BaseLoad load, CandidateLease lease, PolicyPublisher policies, Leadership leadership, InstanceName instance, TimeProvider time, ILogger<DrillRuns> log)
    : Chore(s_between, leadership, time)
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_books = TimeSpan.FromSeconds(1); // What other instances have seen is booked by then.
    private readonly ConcurrentDictionary<DrillId, (CancellationTokenSource Stop, Task Over)> _running = new();

    /// <summary>Begins a drill, which then runs by itself.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="order">What is wanted; sound.</param>
    /// <param name="dryRun">Only say what it would do.</param>
    /// <param name="cancellation">Ends the waiting before anything is changed.</param>
    /// <returns>What came of it; null: there is no channel of that name.</returns>
    public async Task<DrillResult?> BeginAsync(string channel, DrillOrder order, bool dryRun, CancellationToken cancellation)
    {
        if (await desk.BeginDrillAsync(channel, order, dryRun: true, cancellation) is not { } planned)
        {
            return null;
        }

        if (planned.Drill is not { } plan)
        {
            return new DrillResult(planned.Refusal, null);
        }

        if (order.Kind == DrillKind.Capacity)
        {
            (DrillLoad? wanted, string? problem) = await load.PlanAsync(plan, cancellation);
            if (wanted is null || TooDear(wanted, order) is not null)
            {
                return new DrillResult(new RolloutRefusal(RolloutFault.NoLoad, problem ?? TooDear(wanted!, order)!), null);
            }

            plan = plan with { Load = wanted };
        }

        if (dryRun)
        {
            return new DrillResult(null, plan);
        }

        // From here on it is done, whoever still waits for it.
        BegunDrill? begun = await desk.BeginDrillAsync(channel, order, dryRun: false, CancellationToken.None);
        if (begun?.Drill is not { } drill)
        {
            return begun is null ? null : new DrillResult(begun.Refusal, null);
        }

        drill = drill with { Load = plan.Load, Instances = [.. begun.Applied.Select(applied => new DrilledInstance(applied.Instance, After(begun.CommittedAt, applied.At), null))] };
        CancellationTokenSource stop = new();
        TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[drill.Id] = (stop, over.Task);
        await TryPutAsync(drill);
        _ = Task.Run(() => RunAsync(drill, begun.CommittedAt, over, stop.Token), CancellationToken.None); // Awaited by its end, which StopAsync waits for.
        return new DrillResult(null, drill);
    }

    /// <summary>Ends a drill before its time.</summary>
    /// <returns>The drill as it is then; null: there is none of that name.</returns>
    public async Task<Drill?> EndAsync(DrillId id, string by, CancellationToken cancellation)
    {
        if (_running.TryGetValue(id, out (CancellationTokenSource Stop, Task Over) run))
        {
            await run.Stop.CancelAsync();
            await run.Over.WaitAsync(cancellation);
        }
        else if (await store.FindAsync(id, cancellation) is { State: DrillState.Running } elsewhere)
        {
            await InterruptAsync(elsewhere, by); // Whoever runs it finds it over.
        }

        return await store.FindAsync(id, cancellation);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach ((CancellationTokenSource stop, _) in _running.Values)
        {
            await stop.CancelAsync();
        }

        await Task.WhenAll(_running.Values.Select(run => run.Over)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    /// <summary>Ends the drills whose time is long over and whose processes are gone.</summary>
    public override async Task TurnAsync(CancellationToken cancellation)
    {
        PolicyRevision policy = policies.Current;
        foreach (string channel in policy.Channels.Keys)
        {
            if (policy.Routing.RoutingOf(channel).Drill is { } drill && drill.Until + s_grace < Time.GetUtcNow() && !_running.ContainsKey(drill.Id))
            {
                if (await store.FindAsync(drill.Id, cancellation) is { } known)
                {
                    await InterruptAsync(known, ReleaseDesk.Automatic);
                }
                else
                {
                    await desk.EndDrillAsync(channel, drill.Id, ReleaseDesk.Automatic, "the process that ran it is gone");
                }
            }
        }
    }

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.DrillFailed(log, "drills that are left over", failure);

    private async Task RunAsync(Drill drill, DateTimeOffset committed, TaskCompletionSource over, CancellationToken stop)
    {
        try
        {
            drill = await HoldAsync(drill, stop);
            bool isWhole = !stop.IsCancellationRequested;
            EndedDrill? ended = await desk.EndDrillAsync(drill.Channel, drill.Id, ReleaseDesk.Automatic, isWhole ? string.Create(CultureInfo.InvariantCulture, $"over after {(Time.GetUtcNow() - committed).TotalSeconds:0.#} s") : "ended before its time");
            DateTimeOffset until = ended?.CommittedAt ?? Time.GetUtcNow();
            drill = drill with { Instances = Back(drill, ended), Counts = await CountAsync(drill, committed, until, ended?.Revision) };
            string[] failures = [.. DrillVerdict.Failures(drill)];
            drill = drill with
            {
                EndedAt = until,
                State = !isWhole || ended is null ? DrillState.Interrupted : failures.Length == 0 ? DrillState.Passed : DrillState.Failed,
                Failures = !isWhole || ended is null ? ["it was ended before its time"] : failures,
            };
            await store.PutAsync(drill, CancellationToken.None);
            await desk.JudgedAsync(drill);
            desk.News?.Tell(
                "drill.finished", drill.Channel, $"{drill.Channel}: the {DrillWords.Of(drill.Kind)} drill {DrillWords.Of(drill.State)}{(drill.Failures.Count > 0 ? ": " + string.Join("; ", drill.Failures) : "")}", until,
                ("drill", drill.Id.ToString()), ("kind", DrillWords.Of(drill.Kind)), ("state", DrillWords.Of(drill.State)), ("rollout", drill.Rollout?.ToString()));
            LogEvents.Drilled(log, drill.Id.ToString(), drill.Channel, drill.State, string.Join("; ", drill.Failures));
        }
#pragma warning disable CA1031 // The edge of work that nobody awaits: one line in the log; whoever leads ends what is left of it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.DrillFailed(log, drill.Id.ToString(), failure);
            await TryPutAsync(drill with { EndedAt = Time.GetUtcNow(), State = DrillState.Failed, Failures = ["it failed inside the gateway; the server's log says why"] });
        }
        finally
        {
            if (_running.TryRemove(drill.Id, out (CancellationTokenSource Stop, Task Over) run))
            {
                run.Stop.Dispose();
            }

            over.SetResult();
        }
    }

    private async Task<Drill> HoldAsync(Drill drill, CancellationToken stop)
    {
        switch (drill.Kind)
        {
            case DrillKind.Partition:
                return drill with { Instances = [await CutOffAsync(drill, stop)] };
            case DrillKind.Capacity:
                return drill with { Load = await load.RunAsync(drill, drill.Load!, stop) };
            default:
                await Task.Delay(TimeSpan.FromSeconds(drill.Seconds), Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return drill;
        }
    }

    // This instance hears nothing of the store, as far as the lease is concerned.
    private async Task<DrilledInstance> CutOffAsync(Drill drill, CancellationToken stop)
    {
        long began = Time.GetTimestamp();
        if (!lease.TryWithhold())
        {
            return new DrilledInstance(instance.Text, null, null);
        }

        long? away = null;
        try
        {
            TimeSpan length = TimeSpan.FromSeconds(drill.Seconds);
            while (away is null && Time.GetElapsedTime(began) < length && !stop.IsCancellationRequested)
            {
                await Task.Delay(s_look, Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                away = lease.IsLive ? null : (long)Time.GetElapsedTime(began).TotalMilliseconds;
            }

            TimeSpan left = length - Time.GetElapsedTime(began);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            lease.Restore();
        }

        long restored = Time.GetTimestamp();
        while (!lease.IsLive && Time.GetElapsedTime(restored) < DrillVerdict.Limit)
        {
            await Task.Delay(s_look, Time, CancellationToken.None);
        }

        return new DrilledInstance(instance.Text, away, lease.IsLive ? (long)Time.GetElapsedTime(restored).TotalMilliseconds : null);
    }

    private static IReadOnlyList<DrilledInstance> Back(Drill drill, EndedDrill? ended) => drill.Kind is DrillKind.Partition || ended is null
        ? drill.Instances
        : [.. drill.Instances.Select(one => one with { BackMs = ended.Applied.FirstOrDefault(applied => applied.Instance == one.Instance) is { } back ? After(ended.CommittedAt, back.At) : one.BackMs })];

    private async Task<DrillCounts> CountAsync(Drill drill, DateTimeOffset from, DateTimeOffset until, long? endedIn)
    {
        if (drill.Kind == DrillKind.Capacity)
        {
            return new DrillCounts();
        }

        await Task.Delay(s_books, Time, CancellationToken.None);
        await journal.FlushAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10), Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await DrillCounting.CountAsync(usage, drill, from, until, endedIn, CancellationToken.None);
    }

    private async Task InterruptAsync(Drill drill, string by)
    {
        await desk.EndDrillAsync(drill.Channel, drill.Id, by, "ended before it was judged");
        if (drill.State == DrillState.Running)
        {
            Drill ended = drill with { EndedAt = Time.GetUtcNow(), State = DrillState.Interrupted, Failures = ["the process that ran it is gone, or somebody ended it elsewhere"] };
            await store.PutAsync(ended, CancellationToken.None);
            await desk.JudgedAsync(ended);
        }
    }

    private async Task TryPutAsync(Drill drill)
    {
        try
        {
            await store.PutAsync(drill, CancellationToken.None);
        }
#pragma warning disable CA1031 // It runs all the same, and is kept at its end.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.DrillFailed(log, drill.Id.ToString(), failure);
        }
    }

    private static string? TooDear(DrillLoad wanted, DrillOrder order) =>
        wanted.CeilingNanoUsd is not { } ceiling ? $"{wanted.Pin} has no price, so that nobody could say what it may cost; give it one under \"prices\" of its provider"
        : ceiling > order.MaxNanoUsd ? string.Create(CultureInfo.InvariantCulture, $"{wanted.Calls} calls to {wanted.Pin} may cost {ceiling / 1e9m:0.####} USD, and {order.MaxNanoUsd / 1e9m:0.####} are allowed; allow more, or make it shorter")
        : null;

    private static long? After(DateTimeOffset committed, DateTimeOffset? at) => at is { } applied ? Math.Max(0, (long)(applied - committed).TotalMilliseconds) : null;
}

/// <summary>A drill that was begun, or why it was not.</summary>
/// <param name="Refusal">Why not; null: it was.</param>
/// <param name="Drill">The drill; null: there is none.</param>
public sealed record DrillResult(RolloutRefusal? Refusal, Drill? Drill);
