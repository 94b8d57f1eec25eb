using Causeway.Gateway.Books;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Pins;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Sentinel;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Sentinel;

/// <summary>When pins with a baseline are asked, and for how much.</summary>
/// <param name="Every">From one cycle to the next.</param>
/// <param name="MaxNanoUsd">What the priced pins may cost together in a day, UTC, by themselves, nano-USD.</param>
public sealed record SentinelTimetable(TimeSpan Every, long MaxNanoUsd)
{
    /// <summary>Every hour, for up to 1 USD a day.</summary>
    public static SentinelTimetable Default { get; } = new(TimeSpan.FromHours(1), Budgets.Pricing.Rates.NanoPerUsd);
}

/// <summary>Owns the runs of the sentinel: one at a time. Says beforehand what each may cost. Ending it cancels the one that runs and waits for it.</summary>
public sealed class SentinelDesk : IAsyncDisposable
{
    private readonly Lock _turn = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SentinelBook _book;
    private readonly SentinelNews _news;
    private readonly UsedPins _used;
    private readonly BookedCall _call;
    private readonly SentinelRunner _runner;
    private readonly TimeProvider _time;
    private readonly ILogger<SentinelDesk> _log;
    private volatile SentinelRun? _last;

    /// <summary>Prepares; nothing runs yet.</summary>
    public SentinelDesk(
        SentinelBook book, SentinelNews news, UsedPins used, SentinelTimetable timetable, Journal journal, PolicyPublisher policies, CandidateLease lease, TimeProvider time, ILogger<SentinelDesk> log)
    {
        (_book, _news, _used, Timetable, _time, _log) = (book, news, used, timetable, time, log);
        _call = new BookedCall(policies, journal, time);
        _runner = new SentinelRunner(new BorderCall(_call), book, lease, time);
    }

    /// <summary>When pins are asked by themselves.</summary>
    public SentinelTimetable Timetable { get; }

    /// <summary>The run that runs, or the last one; null: there was none since the start.</summary>
    public SentinelRun? Last => _last;

    /// <summary>The pins that are worth watching.</summary>
    public Task<IReadOnlyList<UsedPin>> UsedAsync(CancellationToken cancellation) => _used.ListAsync(cancellation);

    /// <summary>What is left of the day's money, nano-USD.</summary>
    public long Left => Math.Max(0, Timetable.MaxNanoUsd - _book.All.Sum(pin => pin.SpentOn(SentinelRules.DayOf(_time.GetUtcNow())).NanoUsd));

    /// <summary>What a run would take at most. Nothing is sent.</summary>
    /// <param name="used">The pin.</param>
    /// <param name="baseline">A baseline is wanted; otherwise a cycle, or the confirmation that one waits for.</param>
    /// <param name="maxNanoUsd">What it may cost; null: what is left of the day's money.</param>
    /// <returns>The plan; null: there is no baseline to compare with.</returns>
    public SentinelPlan? PlanOf(UsedPin used, bool baseline, long? maxNanoUsd)
    {
        WatchedPin? known = _book.Find(used.Pin.Provider, used.Pin.Model);
        if (!baseline && known?.Baseline is null)
        {
            return null;
        }

        int calls = baseline ? SentinelRules.BaselineCalls : SentinelRules.CallsOf(known!);
        string longest = (baseline ? BorderSearch.Prompts : known!.Baseline!.Prompts.Select(prompt => prompt.Text)).MaxBy(prompt => prompt.Length)!;
        return new SentinelPlan(
            used.Pin.ToString(),
            baseline ? SentinelRunKind.Baseline : known!.AlarmAt is null ? SentinelRunKind.Cycle : SentinelRunKind.Confirmation,
            calls,
            BorderCall.CeilingOf(used.Route, longest, _time.GetUtcNow()) * calls,
            maxNanoUsd ?? Left);
    }

    /// <summary>Starts a run, unless one runs.</summary>
    /// <param name="used">The pin.</param>
    /// <param name="plan">What for.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="reason">Why; null: nobody said.</param>
    /// <param name="run">The run that was started, or the one that runs.</param>
    public bool TryStart(UsedPin used, SentinelPlan plan, string by, string? reason, out SentinelRun run)
    {
        lock (_turn)
        {
            if (_last is { IsOver: false } running)
            {
                run = running;
                return false;
            }

            _last = run = new SentinelRun(plan, by, reason, _time.GetUtcNow());
            SentinelRun started = run;
            _ = Task.Run(() => RunAsync(started, used), CancellationToken.None); // Awaited by its end, which DisposeAsync waits for.
            return true;
        }
    }

    /// <summary>Takes what answers now for what the pin names: drift is over, and what was before is no longer compared with. Where answers only look otherwise border prompts stay as they were measured.</summary>
    /// <returns>The pin; null: nothing is known of it, or it has neither drifted nor changed.</returns>
    public async Task<WatchedPin?> AcceptAsync(Pin pin, string by, string reason, CancellationToken cancellation)
    {
        (WatchedPin before, WatchedPin after) = await _book.ChangeAsync(
            pin.Provider,
            pin.Model,
            known => known.Drift is not { } drift ? known.Change is null ? null : ShapeRules.Anew(known) : ShapeRules.Anew(known) with
            {
                Drift = null,
                AlarmAt = null,
                Baseline = null,
                LastCycle = null,
                Cycles = 0,
                NoBaseline = known.Baseline is null ? known.NoBaseline : "what it was compared with is that of what answered before",
                Echoes = drift.Echo is { } echo && !known.Echoes.Contains(echo) ? [.. known.Echoes.TakeLast(WatchedPin.MaxNames - 1), echo] : known.Echoes,
            },
            cancellation);
        if ((before.Drift?.Evidence ?? before.Change?.Evidence) is not { } evidence)
        {
            return null;
        }

        await _news.TellAsync(after.Name, TimelineKind.PinAccepted, "pin.accepted", by, reason, $"{after.Name}: what answers now is accepted; before: {evidence}", CancellationToken.None);
        return after;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_last is { } last)
        {
            await last.Over;
        }

        _call.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(SentinelRun run, UsedPin used)
    {
        try
        {
            if (await _runner.RunAsync(run, used, _stopping.Token) is { } pin)
            {
                await _news.ChangedAsync(pin.Before, pin.After, CancellationToken.None);
                if (run.Plan.Kind == SentinelRunKind.Baseline)
                {
                    await _news.TellAsync(run.Plan.Pin, TimelineKind.PinBaselined, "pin.baselined", run.By, run.Reason, $"{run.Plan.Pin}: {pin.After.Baseline?.Prompts.Count} border prompts were measured in {run.Calls} calls", CancellationToken.None);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            run.Fail("the process ended");
        }
#pragma warning disable CA1031 // The edge of work that nobody awaits: one line in the log, and the run says that it failed.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            run.Fail("it failed inside the gateway; the log says why");
            LogEvents.SentinelFailed(_log, failure);
        }
        finally
        {
            run.End();
        }
    }
}
