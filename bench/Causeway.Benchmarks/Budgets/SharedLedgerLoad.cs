using System.Diagnostics;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Leases;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Storage;
using Causeway.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Benchmarks.Budgets;

/// <summary>
/// Several instances on one PostgreSQL that reserve on leaves below one root: how many reservations that are exact and durable. The instances share this process,
/// so that its two cores bear all of them and the server.
/// <c>dotnet run -c Release --project bench/Causeway.Benchmarks -- shared URL [INSTANCES] [CALLERS] [SECONDS] [leases]</c>
/// </summary>
internal static class SharedLedgerLoad
{
    private static readonly Amounts s_bound = new(1_000_000, 300, 500);
    private static readonly Amounts s_used = new(400_000, 120, 90);

    public static async Task RunAsync(string[] args)
    {
        if (args.Length == 0 || !PostgresAddress.TryParse(args[0], out PostgresAddress? address, out _) || address is null)
        {
            await Console.Error.WriteLineAsync("Name an empty database: postgres://USER:PASSWORD@HOST/DATABASE");
            return;
        }

        int instances = Number(args, 1, 3);
        int callers = Number(args, 2, 48);
        int seconds = Number(args, 3, 10);
        Instance[] all = new Instance[instances];
        for (int i = 0; i < instances; i++)
        {
            all[i] = await Instance.JoinAsync(address, args.Contains("leases") ? new LeaseRules() : null);
        }

        GrantId root = await MakeAsync(all[0].Ledger, null, 0);
        GrantId[] leaves = new GrantId[instances];
        for (int i = 0; i < instances; i++)
        {
            leaves[i] = await MakeAsync(all[0].Ledger, root, i + 1);
        }

        foreach (Instance one in all)
        {
            await one.Journal.FlushAsync(CancellationToken.None);
        }

        List<double>[] waits = [.. Enumerable.Range(0, callers).Select(_ => new List<double>())];
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(waits.Select((mine, i) => Task.Run(() => CallAsync(all[i % instances].Ledger, leaves[i % instances], mine, clock, seconds))));
        double took = clock.Elapsed.TotalSeconds;
        double[] sorted = [.. waits.SelectMany(wait => wait).Order()];
        foreach (Instance one in all)
        {
            await one.DisposeAsync();
        }

        double drained = clock.Elapsed.TotalSeconds - took;
        Console.WriteLine(
            $"{instances} instances, {callers} callers, {took:0.0} s: {sorted.Length / took:#,0} reservations/s on one root, each settled; p50 {sorted[sorted.Length / 2]:0.00} ms, p99 {sorted[sorted.Length * 99 / 100]:0.00} ms; the rest was written in {drained:0.0} s");
    }

    private static async Task CallAsync(BudgetLedger ledger, GrantId leaf, List<double> waits, Stopwatch clock, int seconds)
    {
        GrantNode grant = ledger.Find(leaf)!;
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            long began = Stopwatch.GetTimestamp();
            Held held = await ledger.ReserveAsync(grant, Guid.CreateVersion7(), s_bound, TimeSpan.FromMinutes(15), new Spender(null, "mock-model"));
            await held.Reservation!.Durable;
            waits.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            ledger.Settle(held.Reservation, s_used, UsageSource.Provider, usage: null);
        }
    }

    private static async Task<GrantId> MakeAsync(BudgetLedger ledger, GrantId? parent, int number)
    {
        GrantId id = GrantId.New(TimeProvider.System.GetUtcNow());
        Limit limit = new(Meter.Usd, 1_000_000_000_000_000_000 / (number + 1), Window.TryParse("month", "UTC", out Window window, out string problem) ? window : throw new FormatException(problem));
        await ledger.CreateAsync(new Grant
        {
            Id = id,
            Parent = parent,
            Holder = new Holder(false, "bench"),
            Limits = [limit],
            DepthLeft = parent is null ? 7 : 6,
            CreatedAt = DateTimeOffset.UnixEpoch,
            CreatedBy = "bench",
        });
        return id;
    }

    private static int Number(string[] args, int place, int otherwise) =>
        args.Length > place && int.TryParse(args[place], System.Globalization.CultureInfo.InvariantCulture, out int number) ? number : otherwise;

    private sealed record Instance(IStore Store, SharedJournal Journal, BudgetLedger Ledger) : IAsyncDisposable
    {
        public static async Task<Instance> JoinAsync(PostgresAddress address, LeaseRules? leases)
        {
            PostgresStore store = await PostgresStore.OpenAsync(address, TimeProvider.System, CancellationToken.None);
            SharedJournal journal = new(store.Ledger, new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
            BudgetLedger ledger = new(journal, TimeProvider.System) { Instance = new InstanceId(store.Instances.Me), Leases = leases };
            await new LedgerStart(ledger, journal, store.Ledger, new HeadFile(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())), MasterKeys.New(), NullLogger<LedgerStart>.Instance).RunAsync(CancellationToken.None);
            return new Instance(store, journal, ledger);
        }

        public async ValueTask DisposeAsync()
        {
            await Journal.DisposeAsync();
            await Store.DisposeAsync();
        }
    }
}
