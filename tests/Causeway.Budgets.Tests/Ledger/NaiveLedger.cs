using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>The model: a list of what happened, added up anew for each question. Calendars are UTC's, cut without the engine's help.</summary>
internal sealed class NaiveLedger
{
    private readonly Dictionary<GrantId, Grant> _grants = [];
    private readonly List<Overlay> _overlays = [];
    private readonly List<LedgerEvent> _adjusted = [];

    public Dictionary<Guid, Request> Requests { get; } = [];

    public long Now { get; set; }

    public IReadOnlyDictionary<GrantId, Grant> Grants => _grants;

    public void Apply(JournalEntry entry)
    {
        if (entry.Grant is { } grant)
        {
            _grants[grant.Id] = grant;
        }

        foreach (Overlay overlay in entry.Overlays)
        {
            _overlays.RemoveAll(one => one.Id == overlay.Id);
            _overlays.Add(overlay);
        }

        if (entry.Event is not { } happened)
        {
            return;
        }

        Assert.True(happened.AtMs >= Now, "The ledger's time went back.");
        Now = happened.AtMs;
        Request? request = happened.Request is { } id ? Requests.GetValueOrDefault(id) : null;
        switch (happened.Kind)
        {
            case LedgerEventKind.Reserved:
                Assert.Null(request);
                Assert.Equal(happened.AtMs, happened.ReservedAtMs);
                Requests.Add(happened.Request!.Value, new Request(happened.Grant!.Value, happened.ReservedAtMs, happened.Held));
                break;
            case LedgerEventKind.Extended:
                request!.Held += happened.Held;
                break;
            case LedgerEventKind.Settled or LedgerEventKind.Voided or LedgerEventKind.InDoubt:
                Assert.Equal(ReservationState.Open, request!.State);
                Assert.Equal(request.AtMs, happened.ReservedAtMs);
                request.Booked = happened.Booked;
                request.State = happened.Kind switch
                {
                    LedgerEventKind.Settled => ReservationState.Settled,
                    LedgerEventKind.Voided => ReservationState.Void,
                    _ => ReservationState.InDoubt,
                };
                break;
            case LedgerEventKind.Adjusted:
                Assert.NotEqual("", happened.Actor + happened.Reason + happened.Detail);
                _adjusted.Add(happened);
                break;
        }
    }

    /// <summary>From the leaf up.</summary>
    public IEnumerable<Grant> Path(GrantId? leaf)
    {
        for (; leaf is { } id; leaf = _grants[id].Parent)
        {
            yield return _grants[id];
        }
    }

    public static long BucketMs(Window window) => (long)window.Length.TotalMilliseconds / Window.Buckets;

    public static long StartOf(Window window, long atMs)
    {
        DateTime at = DateTime.UnixEpoch.AddMilliseconds(atMs);
        return window.Kind switch
        {
            WindowKind.None => 0,
            WindowKind.Rolling => atMs / BucketMs(window) * BucketMs(window),
            WindowKind.Hour => Ms(at.Date.AddHours(at.Hour)),
            WindowKind.Day => Ms(at.Date),
            WindowKind.Week => Ms(at.Date.AddDays(-Enumerable.Range(0, 7).First(back => at.AddDays(-back).DayOfWeek == DayOfWeek.Monday))),
            _ => Ms(new DateTime(at.Year, at.Month, 1)),
        };

        static long Ms(DateTime date) => (long)(date - DateTime.UnixEpoch).TotalMilliseconds;
    }

    /// <summary>Of one window or bucket: booked, held, in doubt.</summary>
    public (long Committed, long Reserved, long InDoubt) Sum(GrantId grant, Limit limit, long start)
    {
        (long Committed, long Reserved, long InDoubt) sum = default;
        foreach (Request request in Requests.Values.Where(one => one.AtMs >= limit.SinceMs && StartOf(limit.Window, one.AtMs) == start && Path(one.Leaf).Any(on => on.Id == grant)))
        {
            bool isCount = limit.Meter is Meter.Requests or Meter.Concurrent;
            sum.Reserved += request.State == ReservationState.Open ? (isCount ? 1 : request.Held.Of(limit.Meter)) : 0;
            if (limit.Meter != Meter.Concurrent)
            {
                sum.Committed += request.State == ReservationState.Settled ? (isCount ? 1 : request.Booked.Of(limit.Meter)) : 0;
                sum.InDoubt += request.State == ReservationState.InDoubt ? (isCount ? 1 : request.Held.Of(limit.Meter)) : 0;
            }
        }

        foreach (LedgerEvent one in _adjusted.Where(one => one.ReservedAtMs >= limit.SinceMs && StartOf(limit.Window, one.ReservedAtMs) == start && Path(one.Grant).Any(on => on.Id == grant)))
        {
            int count = one.Held == default ? 0 : 1;
            bool isCount = limit.Meter == Meter.Requests;
            sum.Committed += limit.Meter == Meter.Concurrent ? 0 : isCount ? count : one.Booked.Of(limit.Meter);
            sum.InDoubt -= limit.Meter == Meter.Concurrent ? 0 : isCount ? count : one.Held.Of(limit.Meter);
        }

        return sum;
    }

    public IEnumerable<(Grant Grant, Limit Limit)> Carves(GrantId above, Limit limit) =>
        from grant in _grants.Values
        where grant.Parent == above && grant.Kind == GrantKind.Carve && !HasEnded(grant) && limit.Window.Kind != WindowKind.Rolling && limit.Meter != Meter.Concurrent
        from own in grant.Limits
        where own.Meter == limit.Meter && own.Window == limit.Window
        select (grant, own);

    public long Escrow(GrantId grant, Limit limit, long start) => Carves(grant, limit).Sum(carve =>
    {
        (long committed, long reserved, long inDoubt) = Sum(carve.Grant.Id, carve.Limit, start);
        return Math.Max(0, carve.Limit.Amount - committed - reserved - inDoubt);
    });

    /// <summary>What counts against the limit at a moment, and how much of it is held by open requests.</summary>
    public (long Taken, long Reserved) Taken(GrantId grant, Limit limit, long atMs)
    {
        IEnumerable<long> windows = [StartOf(limit.Window, atMs)];
        if (limit.Window.Kind == WindowKind.Rolling)
        {
            long bucket = BucketMs(limit.Window);
            windows = Enumerable.Range(0, Window.Buckets + 1).Select(back => (atMs / bucket * bucket) - (back * bucket)).Where(start => start + bucket + (Window.Buckets * bucket) > atMs);
        }

        var parts = windows.Select(start => (Sum: Sum(grant, limit, start), Escrow: Escrow(grant, limit, start))).ToList();
        return (parts.Sum(part => part.Sum.Committed + part.Sum.Reserved + part.Sum.InDoubt + part.Escrow), parts.Sum(part => part.Sum.Reserved));
    }

    public long Amount(Grant grant, Limit limit, long atMs) =>
        limit.Amount + _overlays.Where(one => one.Grant == grant.Id && one.FromMs <= atMs && atMs < one.UntilMs && grant.Limits[one.Limit] == limit).Sum(one => one.Amount);

    public bool HasEnded(Grant grant) => grant.Status == GrantStatus.Revoked || grant.ExpiresAt?.ToUnixTimeMilliseconds() <= Now;

    /// <summary>What has to be answered to a request, or to one that grows in windows that are not over.</summary>
    public (string Code, GrantId Grant, Limit? Limit)? Denial(GrantId leaf, in Amounts bound, Request? grows)
    {
        foreach (Grant grant in Path(leaf))
        {
            string? status = grant.Status == GrantStatus.Suspended ? "grant_suspended" : grant.Status == GrantStatus.Revoked ? "grant_revoked" : HasEnded(grant) ? "grant_expired" : null;
            if (status is not null)
            {
                return (status, grant.Id, null);
            }
        }

        Grant? below = null;
        foreach (Grant grant in Path(leaf))
        {
            foreach (Limit limit in grant.Limits)
            {
                bool isCount = limit.Meter is Meter.Requests or Meter.Concurrent;
                if (grows is not null && (isCount || grows.AtMs < limit.SinceMs))
                {
                    continue;
                }

                long asked = isCount ? 1 : bound.Of(limit.Meter);
                long own = grows is null ? 0 : grows.Held.Of(limit.Meter);
                (Grant Grant, Limit Limit)[] carves = [.. Carves(grant.Id, limit)];
                Limit? carve = carves.FirstOrDefault(one => one.Grant.Id == below?.Id).Limit;
                (long taken, long reserved) = Taken(grant.Id, limit, Now);
                long fresh = asked;
                if (carve is not null)
                {
                    (long committed, long held, long inDoubt) = Sum(below!.Id, carve, StartOf(carve.Window, Now));
                    fresh -= Math.Min(asked, Math.Max(0, carve.Amount - committed - held - inDoubt));
                }

                long amount = Amount(grant, limit, Now);
                if (fresh > 0 && taken + fresh > amount)
                {
                    bool isNever = own + asked - Math.Min(own + asked, carve?.Amount ?? 0) > amount - carves.Sum(one => one.Limit.Amount);
                    string code = limit.Meter == Meter.Concurrent ? "rate_concurrent"
                        : isNever ? "request_exceeds_limit"
                        : limit.IsPace ? "limit_paced"
                        : limit.Meter == Meter.Requests ? limit.Window.Kind == WindowKind.None ? "limit_spent" : "rate_requests"
                        : taken - reserved + own + fresh <= amount ? "limit_held" : "limit_spent";
                    return (code, grant.Id, limit);
                }
            }

            below = grant;
        }

        return null;
    }

    internal sealed class Request(GrantId leaf, long atMs, Amounts held)
    {
        public GrantId Leaf => leaf;

        public long AtMs => atMs;

        public Amounts Held { get; set; } = held;

        public ReservationState State { get; set; }

        public Amounts Booked { get; set; }
    }
}
