using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>A ledger with its clock and its journal, and the short way to speak to it.</summary>
internal sealed class Bench
{
    public static readonly DateTimeOffset Start = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    public static readonly Spender Somebody = new(null, "gpt-test");

    private int _made;

    public Bench(DateTimeOffset? start = null)
    {
        Clock = new SteppedClock(start ?? Start);
        Ledger = new BudgetLedger(Journal, Clock);
    }

    public SteppedClock Clock { get; }

    public MemoryJournal Journal { get; } = new();

    public BudgetLedger Ledger { get; private set; }

    public static Limit Pace(Limit limit, string text) => limit.TryPace(text, out Limit pace, out string problem) ? pace : throw new FormatException(problem);

    public static Amounts Usd(long nano) => new(nano, 0, 0);

    /// <summary>A limit in plain units of its meter, nano-USD for money.</summary>
    public static Limit Units(long amount, string window, Meter meter = Meter.Usd, string zone = "UTC") =>
        Window.TryParse(window, zone, out Window parsed, out string problem) ? new Limit(meter, amount, parsed) : throw new FormatException(problem);

    public Grant Shape(GrantNode? parent, GrantKind kind, params ReadOnlySpan<Limit> limits) => new()
    {
        Id = GrantId.New(Clock.GetUtcNow()),
        Parent = parent?.Grant.Id,
        Kind = kind,
        Holder = parent?.Grant.Holder ?? new Holder(false, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"team-{++_made}")),
        Limits = [.. limits.ToArray()],
        DepthLeft = parent is null ? Grant.MaxDepth - 1 : parent.Grant.DepthLeft - 1,
        CreatedAt = Clock.GetUtcNow(),
        CreatedBy = "test",
    };

    public GrantNode Root(params ReadOnlySpan<Limit> limits) => Made(Shape(null, GrantKind.Share, limits));

    public GrantNode Share(GrantNode parent, params ReadOnlySpan<Limit> limits) => Made(Shape(parent, GrantKind.Share, limits));

    public GrantNode Carve(GrantNode parent, params ReadOnlySpan<Limit> limits) => Made(Shape(parent, GrantKind.Carve, limits));

    public GrantNode Made(Grant grant)
    {
        IReadOnlyList<DelegationFault> faults = Ledger.Create(grant, out _);
        Assert.Empty(faults);
        return Ledger.Find(grant.Id)!;
    }

    public Reservation? Reserve(GrantNode grant, in Amounts bound, out LedgerDenial? denial) =>
        Ledger.Reserve(grant, Guid.CreateVersion7(Clock.GetUtcNow()), bound, TimeSpan.FromMinutes(10), Somebody, out denial);

    public Reservation Hold(GrantNode grant, in Amounts bound)
    {
        Reservation? made = Reserve(grant, bound, out LedgerDenial? denial);
        Assert.Null(denial);
        return made!;
    }

    public LedgerDenial Refusal(GrantNode grant, in Amounts bound)
    {
        Assert.Null(Reserve(grant, bound, out LedgerDenial? denial));
        return denial!;
    }

    public void Spend(GrantNode grant, in Amounts used) => Assert.True(Ledger.Settle(Hold(grant, used), used, UsageSource.Provider, null));

    public long Left(GrantNode grant, int limit = 0)
    {
        long now = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        return grant.States[limit].AmountAt(now) - grant.States[limit].TakenAt(now);
    }

    /// <summary>A new process on what the journal kept.</summary>
    public Replay Restart()
    {
        Ledger = new BudgetLedger(Journal, Clock);
        return Ledger.Start(Journal.Image());
    }

    public GrantNode Again(GrantNode grant) => Ledger.Find(grant.Grant.Id)!;
}
