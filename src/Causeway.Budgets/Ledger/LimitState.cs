using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>A limit at work: its balances by window and the overlays that raise it for a time.</summary>
internal sealed class LimitState(GrantNode grant, int number, Limit limit)
{
    // Of the windows that are over, those that a review of the last eight wants to see.
    private const int KeptWindows = 9;

    private readonly List<Balance> _balances = [];
    private List<Overlay>? _overlays;
    private List<LimitState>? _seals;
    private Balance? _current;
    private long _currentEnd;
    private string? _text;

    public GrantNode Grant { get; } = grant;

    /// <summary>Its place among the grant's limits.</summary>
    public int Number { get; private set; } = number;

    public Limit Limit { get; private set; } = limit;

    /// <summary>The limit as it is written: events name it so.</summary>
    public string Text => _text ??= Limit.ToString();

    /// <summary>The sum of what grants below have carved out of each window; it is in escrow when a window begins.</summary>
    public long Carved { get; set; }

    /// <summary>What the grants right below have taken, where the limit's grant is fair; null: it is not, or nobody asked yet.</summary>
    public FairShares? Shares { get; set; }

    /// <summary>The limit above out of which this one is carved; null: it is none.</summary>
    public LimitState? CarvedFrom { get; set; }

    /// <summary>When it last refused a request, Unix milliseconds; 0: it never did.</summary>
    public long LastDeniedMs { get; set; }

    /// <summary>Balances by window, oldest first.</summary>
    public IReadOnlyList<Balance> Balances => _balances;

    public IReadOnlyList<Overlay> Overlays => _overlays ?? [];

    /// <summary>Whether it counts requests that were reserved then: a limit that came later does not.</summary>
    public bool Counts(long reservedAtMs) => reservedAtMs >= Limit.SinceMs;

    /// <summary>Takes on another amount, and another place, for the same meter and window.</summary>
    public LimitState Become(int number, Limit limit)
    {
        (Number, Limit, _text) = (number, limit, null);
        return this;
    }

    /// <summary>Whether a raise of it holds, or will.</summary>
    public bool IsRaisedAfter(long nowMs) => _overlays?.Exists(overlay => overlay.UntilMs > nowMs) == true;

    /// <summary>The amount with the raises that hold at a moment.</summary>
    public long AmountAt(long nowMs)
    {
        long amount = Math.Min(Limit.Amount, Balance.Most);
        if (_overlays is { } overlays)
        {
            foreach (Overlay overlay in overlays)
            {
                if (overlay.HoldsAt(nowMs))
                {
                    amount = Math.Min(Balance.Most, amount + Math.Min(overlay.Amount, Balance.Most));
                }
            }
        }

        return amount;
    }

    /// <summary>Raises the limit for a time; raises that are over by now are forgotten.</summary>
    public void Add(Overlay overlay, long nowMs)
    {
        _overlays ??= [];
        _overlays.RemoveAll(old => old.UntilMs <= nowMs || old.Id == overlay.Id);
        _overlays.Add(overlay);
    }

    /// <summary>Ends an overlay now.</summary>
    public void End(Guid overlay, long nowMs)
    {
        int at = _overlays?.FindIndex(one => one.Id == overlay) ?? -1;
        if (at >= 0)
        {
            _overlays![at] = _overlays[at] with { UntilMs = Math.Min(nowMs, _overlays[at].UntilMs) };
        }
    }

    /// <summary>Of a sealed grant what broken glasses have moved out of it in the window that began then. It does not come back before the window ends.</summary>
    public long OpenedIn(long start)
    {
        long opened = 0;
        if (_overlays is { } overlays)
        {
            foreach (Overlay overlay in overlays)
            {
                if (overlay.Amount < 0 && Limit.Window.StartOf(overlay.FromMs) == start)
                {
                    opened -= overlay.Amount;
                }
            }
        }

        return opened;
    }

    /// <summary>What is in escrow here when the window that began then is first used: all that is carved out but for what was opened.</summary>
    public long CarvedIn(long start) => _seals is { } seals ? Carved - seals.Sum(seal => seal.OpenedIn(start)) : Carved;

    /// <summary>Counts a sealed grant among those that are carved out of this limit, or takes it out.</summary>
    public void Seal(LimitState below, bool isThere)
    {
        _seals ??= [];
        _seals.Remove(below);
        if (isThere)
        {
            _seals.Add(below);
        }
    }

    /// <summary>The balance of the window that holds a moment; null: nothing was booked in it yet. Only what is accepted makes one, so that a replay makes the same.</summary>
    public Balance? Find(long nowMs)
    {
        if (_current is { } current && nowMs >= current.Start && nowMs < _currentEnd)
        {
            return current;
        }

        long start = Limit.Window.StartOf(nowMs);
        Balance? found = Search(start, out _);
        if (found is not null)
        {
            _current = found;
            _currentEnd = Limit.Window.EndOf(start);
        }

        return found;
    }

    /// <summary>When the window that holds a moment ends, Unix milliseconds.</summary>
    public long EndAt(long nowMs) => _current is { } current && nowMs >= current.Start && nowMs < _currentEnd ? _currentEnd : Limit.Window.EndOf(Limit.Window.StartOf(nowMs));

    /// <summary>When so much of what is taken counts no longer, Unix milliseconds: the window's end, or when enough buckets have rolled out.</summary>
    public long FreeAt(long nowMs, long wanted)
    {
        if (Limit.Window.Kind == WindowKind.Rolling)
        {
            foreach (Balance balance in _balances)
            {
                long until = Limit.Window.CountsUntil(balance.Start);
                wanted -= until > nowMs ? balance.Taken : 0;
                if (wanted <= 0)
                {
                    return until;
                }
            }
        }

        return EndAt(nowMs);
    }

    /// <summary>The balance of the window that began then; null: there is none, or none any more.</summary>
    public Balance? Kept(long start) => Search(start, out _);

    /// <summary>The balance of the window that began then, made where it is missing.</summary>
    public Balance OfWindow(long start)
    {
        if (Search(start, out int place) is { } found)
        {
            return found;
        }

        Balance made = new(start) { Escrowed = CarvedIn(start) };
        _balances.Insert(place, made);
        Prune(made);
        return made;
    }

    /// <summary>The balance of the window that holds a moment, made where it is missing.</summary>
    public Balance At(long nowMs) => Find(nowMs) ?? OfWindow(Limit.Window.StartOf(nowMs));

    /// <summary>What is taken of the amount at a moment: of a rolling window all buckets that may hold a part of it.</summary>
    public long TakenAt(long nowMs) => Limit.Window.Kind == WindowKind.Rolling
        ? Rolled(nowMs, static balance => balance.Taken)
        : Find(nowMs)?.Taken ?? (_seals is null ? Carved : CarvedIn(Limit.Window.StartOf(nowMs)));

    /// <summary>The part of it that open requests hold.</summary>
    public long ReservedAt(long nowMs) => Limit.Window.Kind == WindowKind.Rolling
        ? Rolled(nowMs, static balance => balance.Reserved)
        : Find(nowMs)?.Reserved ?? 0;

    /// <summary>Puts a balance back as a checkpoint kept it.</summary>
    public Balance Restore(long start) => Search(start, out int place) ?? Insert(place, start);

    /// <summary>What is in escrow for this carve in a window, given what it used there.</summary>
    public long EscrowOf(Balance balance) => Math.Max(0, Limit.Amount - balance.Used - OpenedIn(balance.Start));

    /// <summary>The same for the window that holds a moment, whether or not anything was booked in it.</summary>
    public long EscrowAt(long nowMs) => Find(nowMs) is { } own ? EscrowOf(own) : Math.Max(0, Limit.Amount - OpenedIn(Limit.Window.StartOf(nowMs)));

    private long Rolled(long nowMs, Func<Balance, long> part)
    {
        long sum = 0;
        for (int i = _balances.Count - 1; i >= 0 && Limit.Window.CountsUntil(_balances[i].Start) > nowMs; i--)
        {
            sum += _balances[i].Start <= nowMs ? part(_balances[i]) : 0;
        }

        return sum;
    }

    private Balance Insert(int place, long start)
    {
        Balance made = new(start);
        _balances.Insert(place, made);
        return made;
    }

    private Balance? Search(long start, out int place)
    {
        place = _balances.Count;
        while (place > 0 && _balances[place - 1].Start > start)
        {
            place--;
        }

        return place > 0 && _balances[place - 1].Start == start ? _balances[place - 1] : null;
    }

    // What is dropped follows from what was inserted and from nothing else, so that a replay drops the same.
    private void Prune(Balance inserted)
    {
        _balances.RemoveAll(balance => balance != inserted && balance is { IsUnused: true, Holders: 0 });
        int keep = Limit.Window.Kind == WindowKind.Rolling ? Window.Buckets + 2 : KeptWindows;
        for (int i = 0; i < _balances.Count - keep;)
        {
            if (_balances[i].Holders == 0)
            {
                _balances.RemoveAt(i);
            }
            else
            {
                i++;
            }
        }

        _current = null;
    }
}

/// <summary>A raise of a limit for a time; the limit itself stays as it is.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Grant">The grant that is raised.</param>
/// <param name="Limit">The limit's place among the grant's limits.</param>
/// <param name="Amount">By how much, in the meter's unit; negative: what a broken glass has moved out of a sealed grant.</param>
/// <param name="FromMs">From when on, Unix milliseconds.</param>
/// <param name="UntilMs">Until when.</param>
/// <param name="Origin">What it came from: a request's id, or a broken glass.</param>
public sealed record Overlay(Guid Id, GrantId Grant, int Limit, long Amount, long FromMs, long UntilMs, string Origin)
{
    internal bool HoldsAt(long nowMs) => FromMs <= nowMs && nowMs < UntilMs;
}
