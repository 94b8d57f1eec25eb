using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Sqlite;
using Causeway.Storage.Tests.Conformance;

namespace Causeway.Storage.Tests.Sqlite;

/// <summary>
/// The machine may stop, and the disk may lose, anywhere: the ledger starts with all that was acknowledged before and its balances proven, or says
/// that it does not.
/// </summary>
public sealed class SqliteLedgerCrashTests
{
    private const int Seed = 20261126;
    private static readonly bool s_soak = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is not null;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_log_cut_at_any_byte_starts_with_every_reservation_that_was_acknowledged_before()
    {
        Run run = await RunAsync();
        Random random = new(Seed);
        int from = run.Acknowledged[^3].LogLength;
        IEnumerable<int> cuts = s_soak
            ? Enumerable.Range(from, run.Log.Length - from + 1)
            : Enumerable.Range(0, 90).Select(_ => random.Next(from, run.Log.Length)).Concat(run.Acknowledged.Select(one => one.LogLength)).Concat([0, 31, 32, run.Log.Length - 1, run.Log.Length]);

        foreach (int cut in cuts)
        {
            await StartsAsync(run, run.Log[..cut], run.Acknowledged.Where(one => one.LogLength <= cut), $"cut at {cut} of {run.Log.Length}");
        }
    }

    [Fact]
    public async Task A_bit_that_flips_in_the_log_loses_no_more_than_what_follows_it()
    {
        Run run = await RunAsync();
        Random random = new(Seed);
        for (int i = 0; i < (s_soak ? 5_000 : 60); i++)
        {
            int at = random.Next(32, run.Log.Length);
            byte[] log = [.. run.Log];
            log[at] ^= (byte)(1 << random.Next(8));

            await StartsAsync(run, log, run.Acknowledged.Where(one => one.LogLength <= at), $"seed {Seed}: byte {at} of {run.Log.Length}");
        }
    }

    [Fact]
    public async Task A_bit_that_flips_in_the_file_is_harmless_or_is_told()
    {
        Run run = await RunAsync();
        Random random = new(Seed);
        byte[] whole = await CheckpointedAsync(run);
        int told = 0;
        int rounds = s_soak ? 5_000 : 150;
        for (int i = 0; i < rounds; i++)
        {
            int at = random.Next(whole.Length);
            byte[] file = [.. whole];
            file[at] ^= (byte)(1 << random.Next(8));
            using TemporaryDirectory copy = await PutAsync(file, []);
            try
            {
                await using SqliteStore store = await copy.OpenAsync();
                BudgetLedger ledger = new(new Unkept(), TimeProvider.System);
                Replay replay = ledger.Start(await store.Ledger.LoadAsync(Cancel));
                if (replay.Mismatch is not null)
                {
                    told++;
                    continue;
                }

                Assert.Equal(run.Balances, Balances(ledger, run.Grant));
            }
            catch (StoreUnavailableException)
            {
                told++;
            }
            catch (Exception other) when (other is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"seed {Seed}: byte {at} of {whole.Length}: {other}");
            }
        }

        Assert.InRange(told, 1, rounds);
    }

    private static async Task StartsAsync(Run run, byte[] log, IEnumerable<Acknowledgement> acknowledged, string where)
    {
        using TemporaryDirectory copy = await PutAsync(run.Database, log);
        await using SqliteStore store = await copy.OpenAsync();
        LedgerImage image = await store.Ledger.LoadAsync(Cancel);
        BudgetLedger ledger = new(new Unkept(), TimeProvider.System);
        Replay replay = ledger.Start(image);

        Assert.True(replay.Mismatch is null, $"{where}: {replay.Mismatch}");
        Assert.True((await store.Ledger.VerifyAsync(Cancel)).BrokenAt is null, where);
        IReadOnlyList<LedgerEvent> events = await store.Ledger.EventsAsync(new LedgerQuery { Limit = 10_000 }, Cancel);
        HashSet<Guid> kept = [.. events.Where(one => one.Kind == LedgerEventKind.Reserved).Select(one => one.Request!.Value)];
        Assert.All(acknowledged, one => Assert.True(kept.Contains(one.Request), $"{where}: {one} is gone"));
        if (ledger.Find(run.Grant) is { } node)
        {
            Assert.All(ledger.Use(node), use => Assert.True(use.Held == 0 && use.Committed + use.InDoubt <= use.Amount, where));
            Assert.Equal(kept.Count - events.Count(one => one.Kind == LedgerEventKind.Voided), ledger.Use(node).Single(use => use.Limit.Meter == Meter.Requests) is var requests ? requests.Committed + requests.InDoubt : -1);
        }
        else
        {
            Assert.True(kept.Count == 0, where);
        }
    }

    // A store under load as it was at its start, its log as it is at its end, and how long that was at each acknowledgement.
    private static async Task<Run> RunAsync()
    {
        using TemporaryDirectory directory = new();
        await (await directory.OpenAsync()).DisposeAsync();
        byte[] database = await File.ReadAllBytesAsync(directory.Database, Cancel);
        string log = directory.Database + "-wal";
        await using SqliteStore store = await directory.OpenAsync();
        StoreJournal journal = new(store.Ledger);
        BudgetLedger ledger = new(journal, TimeProvider.System);
        ledger.Start(await store.Ledger.LoadAsync(Cancel));
        Grant grant = Bookings.NewGrant("usd 1000/month", "requests 1000");
        Assert.Empty(ledger.Create(grant, out _));
        GrantNode node = ledger.Find(grant.Id)!;
        List<Acknowledgement> acknowledged = [];
        Queue<Reservation> open = [];
        Random random = new(Seed);
        for (int i = 0; i < 40; i++)
        {
            Reservation made = ledger.Reserve(node, Guid.NewGuid(), new Amounts(1_000 + i, 10, 10), TimeSpan.FromMinutes(5), default, out _)!;
            open.Enqueue(made);
            if (open.Count > 3)
            {
                Reservation ends = open.Dequeue();
                _ = random.Next(3) switch
                {
                    0 => ledger.Void(ends, "not_sent", null),
                    1 => ledger.Doubt(ends, "upstream_timeout", Usage.Number(i)),
                    _ => ledger.Settle(ends, new Amounts(500, 5, 5), UsageSource.Provider, Usage.Number(i)),
                };
            }

            if (i % 9 == 8)
            {
                await ledger.Checkpoint();
            }

            await made.Durable;
            acknowledged.Add(new Acknowledgement(made.Id, (int)new FileInfo(log).Length));
        }

        foreach (Reservation left in open)
        {
            ledger.Settle(left, new Amounts(1, 1, 1), UsageSource.Provider, null);
        }

        await journal.Durable;
        await using FileStream file = new(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, Cancel);
        Assert.InRange(bytes.Length, 1, 999 * (24 + 4096)); // Beyond that the database itself would have changed.
        return new Run(database, bytes, grant.Id, acknowledged, Balances(ledger, grant.Id));
    }

    private static async Task<byte[]> CheckpointedAsync(Run run)
    {
        using TemporaryDirectory copy = await PutAsync(run.Database, run.Log);
        await (await copy.OpenAsync()).DisposeAsync();
        return await File.ReadAllBytesAsync(copy.Database, Cancel);
    }

    private static async Task<TemporaryDirectory> PutAsync(byte[] database, byte[] log)
    {
        TemporaryDirectory copy = new();
        Directory.CreateDirectory(Path.GetDirectoryName(copy.Database)!);
        await File.WriteAllBytesAsync(copy.Database, database, Cancel);
        if (log.Length > 0)
        {
            await File.WriteAllBytesAsync(copy.Database + "-wal", log, Cancel);
        }

        return copy;
    }

    private static string Balances(BudgetLedger ledger, GrantId grant) =>
        string.Join("; ", ledger.Use(ledger.Find(grant)!).Select(use => $"{use.Limit}: {use.Committed}, {use.InDoubt}"));

    private sealed record Acknowledgement(Guid Request, int LogLength);

    private sealed record Run(byte[] Database, byte[] Log, GrantId Grant, IReadOnlyList<Acknowledgement> Acknowledged, string Balances);

    private sealed class Unkept : ILedgerJournal
    {
        public Task Append(JournalEntry entry, bool isAwaited) => Task.CompletedTask;
    }
}
