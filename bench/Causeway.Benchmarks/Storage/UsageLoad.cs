using System.Diagnostics;
using System.Globalization;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Storage;
using Causeway.Storage.Moving;
using Causeway.Storage.Postgres;
using Causeway.Storage.Sqlite;

namespace Causeway.Benchmarks.Storage;

/// <summary>
/// What takes millions of usage rows: spend over them, and moving, backing up and checking a store of that size.
/// <c>dotnet run -c Release --project bench/Causeway.Benchmarks -- usage [ROWS] [postgres://… of an empty schema]</c>
/// </summary>
/// <remarks>Thirty days, 200 keys of 20 teams, 12 models of 3 providers: nearly every key calls nearly every model every hour, the worst case for totals.</remarks>
internal static class UsageLoad
{
    private const int Days = 30;
    private const int Keys = 200;
    private const int Models = 12;
    private static readonly DateTimeOffset s_end = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    public static async Task RunAsync(string[] args)
    {
        int rows = args is [var first, ..] ? int.Parse(first, CultureInfo.InvariantCulture) : 10_000_000;
        string folder = Directory.CreateTempSubdirectory("causeway-usage-").FullName;
        string path = Path.Combine(folder, "causeway.db");
        try
        {
            await FillAsync(path, rows);
            await using (SqliteStore store = await SqliteStore.OpenAsync(path, TimeProvider.System, CancellationToken.None))
            {
                await SpendAsync("SQLite, hours alone", store);
                await RollUpAsync(store);
                await SpendAsync("SQLite, days rolled up", store);
            }

            Console.WriteLine($"SQLite file: {new FileInfo(path).Length / 1048576:#,0} MiB");
            var sqlite = StorePlace.Sqlite(path);
            if (args is [_, var url, ..] && PostgresAddress.TryParse(url, out PostgresAddress? address, out _))
            {
                await TimedAsync("move to PostgreSQL, compared", () => StoreMoves.MoveAsync(sqlite, StorePlace.Postgres(address!), TimeProvider.System, new Quiet(), CancellationToken.None));
                await using (PostgresStore store = await PostgresStore.OpenAsync(address!, TimeProvider.System, CancellationToken.None))
                {
                    await SpendAsync("PostgreSQL, days rolled up", store);
                }

                string file = Path.Combine(folder, "postgres.backup");
                await TimedAsync("backup of PostgreSQL", () => StoreMoves.BackupAsync(StorePlace.Postgres(address!), file, TimeProvider.System, new Quiet(), CancellationToken.None));
                Console.WriteLine($"backup: {new FileInfo(file).Length / 1048576:#,0} MiB");
                await TimedAsync("verify the backup", () => VerifiedAsync(StorePlace.Backup(file)));
                await TimedAsync("verify PostgreSQL", () => VerifiedAsync(StorePlace.Postgres(address!)));
                File.Delete(file);
            }

            string copy = Path.Combine(folder, "sqlite.backup");
            await TimedAsync("verify SQLite", () => VerifiedAsync(sqlite));
            await TimedAsync("backup of SQLite", () => StoreMoves.BackupAsync(sqlite, copy, TimeProvider.System, new Quiet(), CancellationToken.None));
            await TimedAsync(
                "restore it into SQLite, compared",
                () => StoreMoves.MoveAsync(StorePlace.Backup(copy), StorePlace.Sqlite(Path.Combine(folder, "restored.db")), TimeProvider.System, new Quiet(), CancellationToken.None));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FillAsync(string path, int rows)
    {
        KeyId[] keys = [.. Enumerable.Range(0, Keys).Select(i => KeyId.New(s_end.AddSeconds(i)))];
        Random random = new(20261126);
        DateTimeOffset start = s_end.AddDays(-Days);
        await using SqliteStore store = await SqliteStore.OpenAsync(path, TimeProvider.System, CancellationToken.None);
        var clock = Stopwatch.StartNew();
        double step = (s_end - start).TotalMilliseconds / rows;
        foreach (int[] group in Enumerable.Range(0, rows).Chunk(2_000))
        {
            await store.Usage.AppendAsync([.. group.Select(i => Record(start.AddMilliseconds(i * step), keys, random))], CancellationToken.None);
        }

        Console.WriteLine($"{rows:#,0} rows booked on SQLite in {clock.Elapsed.TotalSeconds:0.0} s: {clock.Elapsed.TotalMicroseconds / rows:0.0} us each");
    }

    private static UsageRecord Record(DateTimeOffset at, KeyId[] keys, Random random)
    {
        int key = random.Next(Keys);
        int model = random.Next(Models);
        int input = random.Next(20, 8_000);
        int output = random.Next(1, 2_000);
        return new UsageRecord
        {
            Request = Guid.CreateVersion7(at),
            At = at,
            Attribution = new Attribution($"team{key % 20}", $"feature{key % 50}", key % 4 == 0 ? "dev" : "prod"),
            Key = keys[key],
            Protocol = "openai",
            Route = "chat.completions",
            ModelAsked = $"model-{model}",
            ModelSent = $"model-{model}",
            ModelServed = $"model-{model}",
            Provider = $"provider-{model % 3}",
            Tokens = new TokenCounts(input, 0, 0, 0, 0, 0, output, 0),
            CostNanoUsd = (input * 150L) + (output * 600L),
            Source = UsageSource.Provider,
            Status = 200,
            Outcome = Outcome.Completed,
            StopReason = "stop",
            Attempts = 1,
            TimeToFirstByte = TimeSpan.FromMilliseconds(random.Next(100, 900)),
            Total = TimeSpan.FromMilliseconds(random.Next(900, 9_000)),
        };
    }

    private static async Task RollUpAsync(SqliteStore store)
    {
        var clock = Stopwatch.StartNew();
        int hours = 0;
        double longest = 0;
        long began = Stopwatch.GetTimestamp();
        while (await store.Upkeep.RollUpAsync(s_end.AddHours(-1), CancellationToken.None))
        {
            hours++;
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            began = Stopwatch.GetTimestamp();
        }

        Console.WriteLine($"{hours} hours rolled up in {clock.Elapsed.TotalSeconds:0.0} s, the longest in {longest:0} ms");
    }

    private static async Task SpendAsync(string what, IStore store)
    {
        foreach ((string name, int days) in ((string, int)[])[("30 days", 30), ("7 days", 7), ("24 hours", 1)])
        {
            // From the middle of an hour and a day, as people ask.
            SpendQuery query = new([SpendDimension.Team, SpendDimension.Model], s_end.AddDays(-days).AddMinutes(30));
            List<double> took = [];
            int groups = 0;
            for (int i = 0; i < 7; i++)
            {
                var clock = Stopwatch.StartNew();
                try
                {
                    groups = (await store.Usage.SpendAsync(query, CancellationToken.None)).Count;
                }
                catch (StoreUnavailableException cutOff)
                {
                    Console.WriteLine($"{what}: {cutOff.Message}");
                }

                took.Add(clock.Elapsed.TotalMilliseconds);
            }

            Console.WriteLine($"{what}: spend by team and model over {name}: first {took[0]:0} ms, median {took.Order().ElementAt(3):0} ms, {groups} groups");
        }
    }

    private static async Task VerifiedAsync(StorePlace place)
    {
        StoreReport report = await StoreMoves.VerifyAsync(place, new Quiet(), CancellationToken.None);
        foreach (string problem in report.Problems)
        {
            Console.WriteLine($"PROBLEM: {problem}");
        }
    }

    private static async Task TimedAsync(string what, Func<Task> act)
    {
        var clock = Stopwatch.StartNew();
        await act();
        Console.WriteLine($"{what}: {clock.Elapsed.TotalSeconds:0.0} s, {Process.GetCurrentProcess().PeakWorkingSet64 / 1048576:#,0} MiB at most");
    }

    private sealed class Quiet : IProgress<MoveProgress>
    {
        public void Report(MoveProgress value)
        {
        }
    }
}
