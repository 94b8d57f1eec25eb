using System.Globalization;
using System.Runtime.InteropServices;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Runaway;

/// <summary>What is known of one run, and where it stands on the ladder. Not thread-safe: the guard takes the run's turn around every call.</summary>
internal sealed class TrackedRun
{
    private readonly TimeProvider _time;
    private readonly BurnRates _rates;
    private readonly RecentFingerprints _requests = new();
    private readonly RecentFingerprints _said = new();
    private readonly RecentTimes _mints = new(RunThresholds.MintsAMinute + 1);

    private DateTimeOffset _since;
    private DateTimeOffset _lastCall;
    private long _began;
    private long _touched;
    private string _feature;

    private RunStage _stage;
    private RunSignal _signal;
    private RunLimit? _limit;
    private string _explanation = "";
    private long? _waitsUntil;
    private int _calm;

    private long _calls;
    private long _refused;
    private long _nanoUsd;
    private long _heldNanoUsd;
    private long _minuteBegan;
    private long _minuteNanoUsd;

    private long _lastContext;
    private int _lastExchanges;
    private ToolExchange? _lastExchange;
    private int _lastRounds;
    private int _liftedRounds;
    private int _growths;

    private RunFingerprint? _error;
    private int _errors;
    private int _errorsJudged;

    public TrackedRun(RunKey key, string feature, TimeProvider time, BurnRates rates)
    {
        (Key, _feature, _time, _rates) = (key, feature, time, rates);
        Begin();
    }

    public RunKey Key { get; }

    /// <summary>A person has to lift it, so it is remembered longer.</summary>
    public bool IsStopped => _stage >= RunStage.NeedsApproval;

    /// <summary>Since it last asked for something.</summary>
    public TimeSpan Idle => _time.GetElapsedTime(_touched);

    public RunVerdict Before(RunStep step, RunLimits limits)
    {
        Touch(step.Feature);
        if (RefusedAlready() is { } refused)
        {
            return refused;
        }

        _limit = null;
        if (Beyond(step, limits) is { } beyond)
        {
            return beyond;
        }

        Sign? sign = Look(step);
        Remember(step);
        return sign is { } seen ? Climb(seen) : Calm();
    }

    public RunVerdict Minted(string feature)
    {
        Touch(feature);
        if (RefusedAlready() is { } refused)
        {
            return refused;
        }

        int minted = _mints.Count(_touched, _time);
        return minted > RunThresholds.MintsAMinute
            ? Climb(new Sign(RunSignal.Minting, $"It minted {minted} child grants or tokens within a minute; {RunThresholds.MintsAMinute} are usual at most.", RunThresholds.Minute))
            : RunVerdict.Pass(_stage);
    }

    public RunVerdict? Hold(long nanoUsd, long most)
    {
        if (AddCapped(AddCapped(_nanoUsd, _heldNanoUsd), nanoUsd) <= most)
        {
            _heldNanoUsd += nanoUsd;
            return null;
        }

        return Refuse(RunLimit.Money, $"It cost {Usd(_nanoUsd)}, {Usd(_heldNanoUsd)} are held for its calls under way, and this one may cost {Usd(nanoUsd)}; the limit of money is {Usd(most)}.");
    }

    public void After(RunOutcome outcome)
    {
        _heldNanoUsd = Math.Max(0, _heldNanoUsd - outcome.HeldNanoUsd); // Of a run that was forgotten and begun anew meanwhile nothing was held.
        if (outcome.Unanswered is { } request)
        {
            _requests.Uncount(request);
        }
        else
        {
            _errors = outcome.ErrorClass is { } error ? (error == _error ? _errors + 1 : 1) : 0;
            _errorsJudged = Math.Min(_errorsJudged, _errors);
            _error = outcome.ErrorClass;
        }

        if (outcome.CostNanoUsd is > 0 and { } cost)
        {
            long now = _time.GetTimestamp();
            if (_time.GetElapsedTime(_minuteBegan, now) >= RunThresholds.Minute)
            {
                CloseMinute();
                _minuteBegan = now;
            }

            _minuteNanoUsd = AddCapped(_minuteNanoUsd, cost);
            _nanoUsd = AddCapped(_nanoUsd, cost);
        }
    }

    /// <summary>The run is forgotten: its last minute is known whole.</summary>
    public void CloseMinute()
    {
        // What is refused for a loop would teach that loops are usual.
        if (_minuteNanoUsd > 0 && _stage < RunStage.Throttled)
        {
            _rates.Add(_feature, _minuteNanoUsd);
        }

        _minuteNanoUsd = 0;
    }

    /// <summary>A person lets it go on: nothing that was seen counts any longer, and its limits begin anew.</summary>
    public void Lift()
    {
        CloseMinute();
        _liftedRounds = _lastRounds;
        _requests.Clear();
        _said.Clear();
        _mints.Clear();
        (_stage, _signal, _limit, _explanation, _waitsUntil, _calm) = (RunStage.Watching, RunSignal.None, null, "", null, 0);
        (_calls, _refused, _nanoUsd, _growths, _error, _errors, _errorsJudged) = (0, 0, 0, 0, null, 0, 0);
        Begin();
    }

    public RunView View() => new(Key, _feature, _stage, _signal, _limit, _explanation, _calls, _refused, _nanoUsd, _since, _lastCall);

    private void Begin()
    {
        (_began, _touched) = (_time.GetTimestamp(), _time.GetTimestamp());
        (_since, _lastCall) = (_time.GetUtcNow(), _time.GetUtcNow());
    }

    private void Touch(string feature) => (_feature, _touched, _lastCall) = (feature, _time.GetTimestamp(), _time.GetUtcNow());

    private RunVerdict? RefusedAlready()
    {
        if (_stage == RunStage.Suspended)
        {
            _refused++;
            return new RunVerdict(false, _stage, _signal, RunVerdict.LoopSuspended, _explanation);
        }

        if (_waitsUntil is not { } until)
        {
            return null;
        }

        if (_touched < until)
        {
            // Nobody who waits too little climbs for it: SDKs that try again by themselves would take every run up.
            _refused++;
            return new RunVerdict(false, _stage, _signal, RunVerdict.LoopThrottled, _explanation) { RetryAfter = _time.GetElapsedTime(_touched, until) };
        }

        _waitsUntil = null;
        return null;
    }

    private RunVerdict? Beyond(RunStep step, RunLimits limits)
    {
        (RunLimit Limit, string Explanation)? reached =
            step.Depth > limits.Depth ? (RunLimit.Depth, $"It is at depth {step.Depth}; the limit of depth is {limits.Depth}.")
            : _calls >= limits.Calls ? (RunLimit.Calls, string.Create(CultureInfo.InvariantCulture, $"It made {_calls:N0} calls; the limit of calls is {limits.Calls:N0}."))
            : _time.GetElapsedTime(_began, _touched) is var age && age >= limits.WallTime ? (RunLimit.WallTime, $"It began {Text(age)} ago; the limit of wall time is {Text(limits.WallTime.Value)}.")
            : _nanoUsd >= limits.NanoUsd ? (RunLimit.Money, $"It cost {Usd(_nanoUsd)}; the limit of money is {Usd(limits.NanoUsd.Value)}.")
            : null;
        return reached is var (limit, explanation) ? Refuse(limit, explanation) : null;
    }

    private RunVerdict Refuse(RunLimit limit, string explanation)
    {
        _refused++;
        (_limit, _explanation) = (limit, explanation);
        return new RunVerdict(false, _stage, RunSignal.None, RunVerdict.RunLimitReached, explanation) { Limit = limit };
    }

    // Every sign is looked for at every step, since each keeps count; the first that shows is named.
    private Sign? Look(RunStep step)
    {
        bool polls = ToolCycle.EndsExempt(step);
        int same = step.Request is { } request && !polls ? _requests.Count(request) : 0;
        _growths = HasNews(step) || polls ? 0 : _growths + 1;
        if (same >= RunThresholds.SameRequest)
        {
            return new Sign(RunSignal.SameRequest, $"The same request came {same} times ({RunThresholds.SameRequest} or more are a loop).");
        }

        if (ToolCycle.Find(step, _liftedRounds <= step.RoundCount ? _liftedRounds : 0) is { } cycle)
        {
            string what = cycle.Length == 1 ? "The same tool call was made" : $"The same {cycle.Length} rounds of tool calls were made";
            return new Sign(RunSignal.ToolCycle, $"{what} {cycle.Times} times in a row with equal results.");
        }

        if (_growths >= RunThresholds.Growths)
        {
            return new Sign(RunSignal.ContextGrowth, $"The context grew {_growths} times in a row, and neither a tool nor a person said anything new.");
        }

        if (_errors >= RunThresholds.SameError && _errors > _errorsJudged)
        {
            _errorsJudged = _errors; // The same three errors are no second sign.
            return new Sign(RunSignal.SameError, $"The same kind of error came {_errors} times in a row ({RunThresholds.SameError} or more are a loop).");
        }

        return Burning();
    }

    // The context did not grow, or a tool answered, or a person said something that was not said before.
    private bool HasNews(RunStep step)
    {
        bool isNew = step.Said is { } said && _said.Count(said) == 1;
        bool grew = _lastContext > 0 && step.ContextBytes > _lastContext;
        return !grew || isNew || step.ExchangeCount != _lastExchanges || LastOf(step) != _lastExchange;
    }

    private static ToolExchange? LastOf(RunStep step) => step.Exchanges is [.., var last] ? last : null;

    private Sign? Burning()
    {
        TimeSpan open = _time.GetElapsedTime(_minuteBegan, _touched);
        if (_minuteNanoUsd == 0 || open >= RunThresholds.Minute || _rates.UsualMost(_feature) is not { } usual || _minuteNanoUsd / RunThresholds.BurnFactor < usual)
        {
            return null;
        }

        return new Sign(
            RunSignal.BurnRate,
            $"It spent {Usd(_minuteNanoUsd)} within a minute, {RunThresholds.BurnFactor} times what 95 of 100 runs of its feature stay under ({Usd(usual)}) or more.",
            RunThresholds.Minute - open);
    }

    private void Remember(RunStep step)
    {
        if (step.RoundCount < _liftedRounds)
        {
            _liftedRounds = 0; // The conversation is another one now, or was cut: its numbers begin anew.
        }

        (_lastContext, _lastExchanges, _lastRounds) = (step.ContextBytes ?? 0, step.ExchangeCount, step.RoundCount);
        _lastExchange = LastOf(step);
    }

    private RunVerdict Calm()
    {
        _calls++;
        if (_stage != RunStage.Watching && ++_calm == RunThresholds.CallsToCalm)
        {
            _stage--;
            _calm = 0;
            if (_stage == RunStage.Watching)
            {
                (_signal, _explanation) = (RunSignal.None, "");
            }
        }

        return RunVerdict.Pass(_stage);
    }

    private RunVerdict Climb(in Sign sign)
    {
        _calm = 0;
        (_stage, _signal, _explanation) = (_stage + 1, sign.Signal, sign.Explanation);
        if (_stage == RunStage.Warned)
        {
            _calls += sign.Signal == RunSignal.Minting ? 0 : 1;
            return new RunVerdict(true, _stage, _signal, RunVerdict.LoopWarning, _explanation);
        }

        _refused++;
        if (_stage > RunStage.Throttled)
        {
            return new RunVerdict(false, _stage, _signal, RunVerdict.LoopSuspended, _explanation);
        }

        TimeSpan wait = sign.Lasts ?? RunThresholds.Wait;
        _waitsUntil = _touched + (long)(wait.TotalSeconds * _time.TimestampFrequency);
        return new RunVerdict(false, _stage, _signal, RunVerdict.LoopThrottled, _explanation) { RetryAfter = wait };
    }

    private static long AddCapped(long one, long other) => one > long.MaxValue - other ? long.MaxValue : one + other;

    private static string Text(TimeSpan span) => span.TotalHours < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0.#} min")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.##} h");

    private static string Usd(long nanoUsd) => Limit.Write(Meter.Usd, nanoUsd) + " USD";

    /// <summary>A sign of a loop. <paramref name="Lasts"/>: until when it would show whatever the run did; null: that depends on the run.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Sign(RunSignal Signal, string Explanation, TimeSpan? Lasts = null);
}
