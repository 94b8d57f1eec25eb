using System.Collections.Immutable;
using Causeway.Budgets.Alerts;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Tests.Alerts;

/// <summary>A grant with one limit, what is used of it, and the book that looks.</summary>
internal sealed class Watched
{
    public static readonly DateTimeOffset Midnight = new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero);

    public Watched(string limit = "100/day", Meter meter = Meter.Usd, AlertRules? rules = null)
    {
        Assert.True(Limit.TryParse(meter, limit, "UTC", out Limit parsed, out string problem), problem);
        Grant = new Grant { Id = GrantId.New(Midnight), Holder = new Holder(false, "support"), CreatedAt = Midnight, CreatedBy = "admin", Limits = ImmutableArray.Create(parsed) };
        Book = new AlertBook(rules ?? AlertRules.Default);
    }

    public Grant Grant { get; }

    public Limit Limit => Grant.Limits[0];

    public AlertBook Book { get; set; }

    public DateTimeOffset Now { get; set; } = Midnight.AddHours(12);

    public long NowMs => Now.ToUnixTimeMilliseconds();

    /// <summary>Looks when so many hundredths are used.</summary>
    public IReadOnlyList<BudgetAlert> At(decimal hundredths) => Book.Look(Grant, [Use(hundredths)], NowMs);

    public LimitUse Use(decimal hundredths, DateTimeOffset? windowOf = null)
    {
        long at = (windowOf ?? Now).ToUnixTimeMilliseconds();
        long start = Limit.Window.StartOf(at);
        bool hasEnd = Limit.Window.Kind is not (WindowKind.None or WindowKind.Rolling);
        long used = (long)(Limit.Amount * hundredths / 100);
        return new LimitUse(Limit)
        {
            Amount = Limit.Amount,
            Committed = used / 2,
            InDoubt = used - (used / 2),
            WindowStarts = hasEnd ? DateTimeOffset.FromUnixTimeMilliseconds(start) : null,
            WindowEnds = hasEnd ? DateTimeOffset.FromUnixTimeMilliseconds(Limit.Window.EndOf(start)) : null,
        };
    }

    /// <summary>As after a restart: a new book that was told what the ledger kept.</summary>
    public void Restart(IEnumerable<BudgetAlert> raised)
    {
        Book = new AlertBook(AlertRules.Default);
        foreach (BudgetAlert alert in raised)
        {
            Book.Restore(Grant, AlertJson.Read(System.Text.Encoding.UTF8.GetString(AlertJson.Write(alert)))!, NowMs);
        }
    }
}
