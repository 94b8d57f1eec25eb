using Causeway.Budgets.Agreements;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Cache;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Shape;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Flow;

/// <summary>The way of a request so far. Kept beside the answer, so that the books get the truth whatever is thrown on the way.</summary>
/// <param name="plan">Where it may go.</param>
/// <param name="hold">What is held for it; null: it is one that Causeway makes itself.</param>
/// <param name="dataClass">The class of its data, as its place in <see cref="Budgets.Grants.DataClasses"/>.</param>
/// <param name="time">The clock.</param>
internal sealed class Course(Plan plan, Hold? hold, int dataClass, TimeProvider time)
{
    private List<AttemptRecord>? _steps;
    private long _stepBegan;
    private long? _replied;
    private Coverage? _let; // What let the call under way go.
    private bool _open;
    private bool _isSending;
    private bool _wasReached;
    private List<Settlement>? _spent;
    private bool _nextIsRepair;
    private long? _repairCost = 0;

    /// <summary>Where it may go.</summary>
    public Plan Plan { get; private set; } = plan;

    /// <summary>The class of its data, as its place in <see cref="Budgets.Grants.DataClasses"/>.</summary>
    public int DataClass { get; } = dataClass;

    /// <summary>What let its data go, the last time that any went; null: none did.</summary>
    public Coverage? Coverage { get; private set; }

    /// <summary>Its data goes, or went, somewhere by this.</summary>
    public void Cite(Coverage coverage) => Coverage = _let = coverage;

    /// <summary>The plan's release was rolled back, and nothing of an answer has reached the caller.</summary>
    public bool IsRevoked { get; private set; }

    /// <summary>What its calls are made for, as far as a rollback concerns it; null: no release is behind them.</summary>
    public Serving? Serving { get; set; }

    /// <summary>The call under way was stopped, or never made: its release was rolled back.</summary>
    public void Revoked() => IsRevoked = true;

    /// <summary>Another plan takes the place of the one whose release was rolled back.</summary>
    public void Replan(Plan plan)
    {
        NextPin();
        (Plan, IsRevoked, Dropped) = (plan, false, []);
    }

    /// <summary>What the cache says of the request; null: its channel keeps no answers.</summary>
    public CacheTurn? Turn { get; init; }

    /// <summary>What is held for the request; null: it is one that Causeway makes itself.</summary>
    public Hold? Hold { get; } = hold;

    /// <summary>Something may have reached a provider: what it used cannot be nothing.</summary>
    public bool WasSent => _wasReached || _isSending;

    /// <summary>The last call left no word of what it used, and the provider may go on with it.</summary>
    public bool IsInDoubt { get; private set; }

    /// <summary>Why, where it is not an error; null: it is.</summary>
    public string? DoubtReason { get; private set; }

    /// <summary>A call that another followed left no word: whatever that one says, what the request used is not known.</summary>
    public bool WasInDoubt { get; private set; }

    /// <summary>The last call was answered with an error that says of no usage, which no provider bills.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>The clock's timestamp of the request's arrival; null: it is one that Causeway makes itself.</summary>
    public long? Arrived { get; init; }

    /// <summary>Who asks; null: it is one that Causeway makes itself.</summary>
    public Caller? Caller { get; init; }

    /// <summary>What its call has made; null: nothing that is kept.</summary>
    public Making? Making { get; set; }

    /// <summary>Bytes of the caller's body.</summary>
    public int BodyBytes { get; init; }

    /// <summary>How often the request let its provider use tools that are billed by the use.</summary>
    public ToolAllowance Tools { get; init; }

    /// <summary>The pin that was called last; null: none was.</summary>
    public PinRoute? Pin { get; private set; }

    /// <summary>What reads the last pin's answer.</summary>
    public ResponseMeter? Meter { get; set; }

    /// <summary>Bytes of the body that the pin was sent; 0: it is not a call that is looked at (<see cref="UsageMismatch"/>).</summary>
    public int SentBytes { get; set; }

    /// <summary>That body is the caller's own, not a translation.</summary>
    public bool SentAsItCame { get; set; }

    /// <summary>Calls upstream.</summary>
    public int Attempts { get; private set; }

    /// <summary>Fields that the last pin's protocol could not be told.</summary>
    public IReadOnlyList<string> Dropped { get; set; } = [];

    /// <summary>What calls used whose answers broke the contract: each was made, and has its price.</summary>
    public IReadOnlyList<Settlement> Spent => _spent ?? [];

    /// <summary>The same in the wire's words, for the caller's usage.</summary>
    public TokenUsage SpentUsage { get; private set; }

    /// <summary>Calls in which a pin was asked to repair its answer.</summary>
    public int Repairs { get; private set; }

    /// <summary>The call under way is one of them.</summary>
    public bool IsRepair { get; private set; }

    /// <summary>What the repairs cost, nano-USD, the last call among them if it is one; null: there was none, or a price is not known.</summary>
    public long? RepairCost(long? lastCall) => Repairs == 0 ? null : IsRepair && !IsSettled ? _repairCost + lastCall : _repairCost;

    /// <summary>What became of the contract, as the usage record names it; null: there is none, or no answer yet.</summary>
    public string? ContractOutcome { get; set; }

    /// <summary>What was mended in the answer, as <c>fences:1</c>; null: nothing.</summary>
    public string? Mended { get; set; }

    /// <summary>The last call is among <see cref="Spent"/>.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>The next call asks the pin to repair its answer.</summary>
    public void NextIsRepair() => _nextIsRepair = true;

    /// <summary>The next call is another pin's: what was found of the answers before is no longer of interest.</summary>
    public void NextPin() => (IsRepair, _nextIsRepair, ContractOutcome, Mended) = (false, false, null, null);

    /// <summary>The call's answer was judged.</summary>
    public void Judged(JudgedReply judged)
    {
        ContractOutcome = judged.Outcome is "native" or "enforced" && IsRepair ? "repaired" : judged.Outcome;
        Mended = judged.Mended;
    }

    /// <summary>The call was answered and has its price, and the answer is none for the caller: it broke the contract, or is an error that is billed.</summary>
    /// <param name="reason">How, in one word.</param>
    /// <param name="settled">What it used and cost.</param>
    /// <param name="status">The answer's.</param>
    public void Broke(string reason, Settlement settled, int status = 200)
    {
        _open = false;
        (_steps ??= []).Add(Step(Pin!, reason, status, settled.CostNanoUsd));
        (_spent ??= []).Add(settled);
        IsSettled = true;
        Hold?.Spent(settled.Amounts);
        SpentUsage += Meter is { HasUsage: true } meter ? meter.Usage : default;
        if (IsRepair)
        {
            _repairCost += settled.CostNanoUsd; // Once one has no price the sum has none.
        }
    }

    /// <summary>A call begins.</summary>
    public void Call(PinRoute pin)
    {
        Pin = pin;
        _let = null;
        Attempts++;
        IsSettled = false;
        if (_nextIsRepair)
        {
            Repairs++;
            (IsRepair, _nextIsRepair) = (true, false);
        }

        _open = true;
        (_stepBegan, _replied) = (time.GetTimestamp(), null);
    }

    /// <summary>The call came to nothing and another follows.</summary>
    public void Failed(string reason, int? status)
    {
        _open = false;
        (_steps ??= []).Add(Step(Pin!, reason, status, cost: null));
        if (IsInDoubt)
        {
            (IsInDoubt, WasInDoubt) = (false, true);
            Hold?.Doubted();
        }
    }

    /// <summary>A call is being sent: what is thrown before there is a reply leaves it in doubt.</summary>
    public void Sending() => (_isSending, IsInDoubt, IsRefused) = (true, true, false);

    /// <summary>What became of a call's sending.</summary>
    /// <param name="reached">The provider may have got the request.</param>
    /// <param name="isInDoubt">It gave no answer, and may still be working on one.</param>
    /// <param name="isRefused">It answered with an error that says of no usage.</param>
    /// <param name="replies">Its reply begins now.</param>
    public void Sent(bool reached, bool isInDoubt, bool isRefused, bool replies)
    {
        (_isSending, _wasReached, IsInDoubt, IsRefused) = (false, _wasReached || reached, isInDoubt, isRefused);
        _replied = replies ? time.GetTimestamp() : _replied;
    }

    /// <summary>The provider took the request and works on it after its answer: what it uses is told later, and until then its whole bound counts.</summary>
    /// <param name="why">As the ledger names it.</param>
    public void GoesOn(string why) => (DoubtReason, IsInDoubt) = (why, true);

    /// <summary>The answer was read as far as it came. It may say that the provider has only begun.</summary>
    public void WasRead()
    {
        if (Meter is { IsUnderWay: true })
        {
            GoesOn("background");
        }
    }

    /// <summary>A pin is not called, and why.</summary>
    public void Passed(PinRoute pin, string reason) =>
        (_steps ??= []).Add(new AttemptRecord(pin.Provider.Name, pin.Model, reason, Status: null, TimeSpan.Zero, CostNanoUsd: null) { Began = Since(time.GetTimestamp()) });

    /// <summary>All steps, the last one with what the request cost; empty where there was one call and nothing else.</summary>
    public IReadOnlyList<AttemptRecord> Trail(Ending ending, long? costNanoUsd)
    {
        if (_steps is null)
        {
            return [];
        }

        return Pin is null || !_open
            ? _steps
            : [.. _steps, Step(Pin, ending.ErrorCode ?? "answered", ending.Status, costNanoUsd)];
    }

    private AttemptRecord Step(PinRoute pin, string reason, int? status, long? cost) => new(pin.Provider.Name, pin.Model, reason, status, time.GetElapsedTime(_stepBegan), cost)
    {
        Region = LegRegion.Of(pin.Provider, pin.Model),
        Agreement = _let?.Cited,
        Began = Since(_stepBegan),
        FirstByte = _replied is { } replied ? time.GetElapsedTime(_stepBegan, replied) : null,
    };

    private TimeSpan? Since(long moment) => Arrived is { } arrived ? time.GetElapsedTime(arrived, moment) : null;
}
