using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>A journal that writes each entry on its own as soon as it is told, and grants to fill it with.</summary>
internal sealed class StoreJournal(ILedgerStore store) : ILedgerJournal
{
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Completes when everything so far is durable.</summary>
    public Task Durable
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    public Task Append(JournalEntry entry, bool isAwaited)
    {
        lock (_gate)
        {
            return _last = AfterAsync(_last, entry);
        }
    }

    private async Task AfterAsync(Task before, JournalEntry entry)
    {
        await before;
        await store.AppendAsync(_ => [entry], CancellationToken.None);
    }
}

/// <summary>What ledgers are filled with.</summary>
internal static class Bookings
{
    public static readonly DateTimeOffset Now = new(2026, 11, 26, 10, 0, 0, TimeSpan.Zero);

    public static Grant NewGrant(params string[] limits) => new()
    {
        Id = GrantId.New(Now),
        Holder = new Holder(IsFeature: false, "search"),
        Limits = [.. limits.Select(LimitOf)],
        CreatedAt = Now,
        CreatedBy = "test",
    };

    public static Limit LimitOf(string text)
    {
        string[] words = text.Split(' ');
        Assert.True(Meters.TryParse(words[0], out Meter meter), text);
        Assert.True(Limit.TryParse(meter, words[1], "UTC", out Limit limit, out string problem), problem);
        return limit;
    }

    public static JournalEntry Entry(LedgerEvent happened) => new(happened);

    public static Task AppendAsync(this ILedgerStore store, params JournalEntry[] entries) => store.AppendAsync(_ => entries, CancellationToken.None);
}
