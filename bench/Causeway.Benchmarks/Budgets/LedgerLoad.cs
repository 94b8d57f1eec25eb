using System.Diagnostics;
using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Benchmarks.Budgets;

/// <summary>
/// What takes a store and seconds, not nanoseconds: durable reservations under callers that wait for them, and the start with many grants and keys.
/// <c>dotnet run -c Release --project bench/Causeway.Benchmarks -- ledger [CALLERS] [SECONDS] [GRANTS] [KEYS]</c>
/// </summary>
internal static class LedgerLoad
{
    private static readonly Amounts s_bound = new(1_000_000, 300, 500);
    private static readonly Amounts s_used = new(400_000, 120, 90);

    public static async Task RunAsync(string[] args)
    {
        int callers = Number(args, 0, 16);
        int seconds = Number(args, 1, 10);
        int grants = Number(args, 2, 100_000);
        int keys = Number(args, 3, 1_000_000);
        string folder = Directory.CreateTempSubdirectory("causeway-ledger-").FullName;
        string path = Path.Combine(folder, "causeway.db");
        try
        {
            await DurableAsync(path, callers, seconds);
            await FillAsync(path, grants, keys);
            await StartAsync(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task DurableAsync(string path, int callers, int seconds)
    {
        await using SqliteStore store = await SqliteStore.OpenAsync(path, TimeProvider.System, CancellationToken.None);
        await using OwnedJournal journal = new(store.Ledger, new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
        BudgetLedger ledger = new(journal, TimeProvider.System);
        ledger.Start(await store.Ledger.LoadAsync(CancellationToken.None));
        GrantNode team = Make(ledger, null, 0);
        GrantNode leaf = Make(ledger, team.Grant.Id, 1);
        List<double>[] waits = [.. Enumerable.Range(0, callers).Select(_ => new List<double>())];
        var clock = Stopwatch.StartNew();
        double cpu = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
        await Task.WhenAll(waits.Select(mine => Task.Run(async () =>
        {
            while (clock.Elapsed.TotalSeconds < seconds)
            {
                long began = Stopwatch.GetTimestamp();
                Reservation held = ledger.Reserve(leaf, Guid.CreateVersion7(), s_bound, TimeSpan.FromMinutes(15), new Spender(null, "mock-model"), out _)!;
                await held.Durable;
                mine.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                ledger.Settle(held, s_used, UsageSource.Provider, usage: null);
            }
        })));
        double took = clock.Elapsed.TotalSeconds;
        double[] all = [.. waits.SelectMany(wait => wait).Order()];
        cpu = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds - cpu;
        Console.WriteLine($"{callers} callers, {took:0.0} s: {all.Length / took:#,0} durable reservations/s, each settled; p50 {all[all.Length / 2]:0.00} ms, p99 {all[all.Length * 99 / 100]:0.00} ms; {cpu / all.Length * 1e6:0.0} us CPU each");
    }

    private static async Task FillAsync(string path, int grants, int keys)
    {
        await using SqliteStore store = await SqliteStore.OpenAsync(path, TimeProvider.System, CancellationToken.None);
        await using OwnedJournal journal = new(store.Ledger, new GatewayLimits { UnbookedRecords = int.MaxValue }, TimeProvider.System, NullLogger<Journal>.Instance);
        BudgetLedger ledger = new(journal, TimeProvider.System);
        ledger.Start(await store.Ledger.LoadAsync(CancellationToken.None));
        GrantNode[] made = new GrantNode[grants];
        for (int i = 0; i < grants; i++)
        {
            made[i] = Make(ledger, i % 1000 == 0 ? null : made[i / 1000 * 1000].Grant.Id, i);
        }

        await ledger.Checkpoint();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        foreach (int[] group in Enumerable.Range(0, keys).Chunk(10_000))
        {
            await Task.WhenAll(group.Select(i => store.Keys.AddAsync(
                new Key
                {
                    Id = KeyId.New(now.AddMilliseconds(i)),
                    Hash = KeyHash.Of(Encoding.ASCII.GetBytes("key" + i)),
                    Shown = "cw0_",
                    Attribution = new Attribution("team" + (i % 100), "feature" + (i % 1000), "prod"),
                    Grant = made[i % grants].Grant.Id,
                    CreatedAt = now,
                },
                CancellationToken.None)));
        }
    }

    private static async Task StartAsync(string path)
    {
        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        await using SqliteStore store = await SqliteStore.OpenAsync(path, TimeProvider.System, CancellationToken.None);
        await using OwnedJournal journal = new(store.Ledger, new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
        BudgetLedger ledger = new(journal, TimeProvider.System);
        Replay start = ledger.Start(await store.Ledger.LoadAsync(CancellationToken.None));
        double ledgerTook = clock.Elapsed.TotalSeconds;
        PolicyRevision policy = PolicyRevision.Empty.WithKeys(await store.Keys.ListAsync(CancellationToken.None));
        double took = clock.Elapsed.TotalSeconds;
        long memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine($"start with {ledger.Grants.Count():#,0} grants and {policy.Keys.Count:#,0} keys: {took:0.00} s ({ledgerTook:0.00} s of it the ledger, {start.Replayed:#,0} events), {memory / 1048576.0:#,0} MiB managed, {Process.GetCurrentProcess().WorkingSet64 / 1048576.0:#,0} MiB resident; mismatch: {start.Mismatch ?? "none"}");
    }

    private static GrantNode Make(BudgetLedger ledger, GrantId? parent, int number)
    {
        GrantId id = new(new Guid(number + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(parent is null ? 1 : 2)));
        Limit limit = new(Meter.Usd, 1_000_000_000_000_000_000, Window.TryParse("month", "UTC", out Window window, out string problem) ? window : throw new FormatException(problem));
        ledger.Create(
            new Grant { Id = id, Parent = parent, Holder = new Holder(false, "bench"), Limits = [limit], DepthLeft = parent is null ? 7 : 6, CreatedAt = DateTimeOffset.UnixEpoch, CreatedBy = "bench" }, out _);
        return ledger.Find(id)!;
    }

    private static int Number(string[] args, int place, int otherwise) =>
        args.Length > place && int.TryParse(args[place], System.Globalization.CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}
