using Causeway.Budgets.Ledger;
using Causeway.Storage.Sqlite;
using Causeway.Storage.Tests.Conformance;

namespace Causeway.Storage.Tests.Sqlite;

public sealed class SqliteCrashTests
{
    private const int Batch = 5;
    private const int PageInLog = 24 + 4096;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <remarks>
    /// The database file does not change until the log holds 1,000 pages, which this run stays under; so the file as it was at the
    /// start and the log as it is at any moment are what a power cut at that moment leaves, half a frame at the end included.
    /// </remarks>
    [Fact]
    public async Task What_a_crash_leaves_is_whole_batches_and_their_totals_and_all_that_was_acknowledged()
    {
        using TemporaryDirectory directory = new();
        await (await directory.OpenAsync()).DisposeAsync();
        byte[] database = await File.ReadAllBytesAsync(directory.Database, Cancel);
        UsageRecord[] records = [.. Enumerable.Range(0, 150 * Batch).Select(Usage.Number)];
        List<(int Acknowledged, byte[] Log)> crashes = [];

        await using (SqliteStore store = await directory.OpenAsync())
        {
            int acknowledged = 0;
            var running = Task.Run(
                async () =>
                {
                    foreach (UsageRecord[] batch in records.Chunk(Batch))
                    {
                        await store.Usage.AppendAsync(batch, Cancel);
                        Interlocked.Add(ref acknowledged, Batch);
                    }
                },
                Cancel);
            do
            {
                int before = Volatile.Read(ref acknowledged);
                crashes.Add((before, await ReadLogAsync(directory.Database + "-wal")));
            }
            while (!running.IsCompleted);

            await running;
            crashes.Add((acknowledged, await ReadLogAsync(directory.Database + "-wal")));
        }

        Assert.InRange(crashes[^1].Log.Length, 1, 1000 * PageInLog);
        crashes.AddRange(Torn(crashes[^1].Log));
        foreach ((int acknowledged, byte[] log) in Thinned(crashes))
        {
            await CheckAsync(records, acknowledged, database, log);
        }
    }

    private static async Task CheckAsync(UsageRecord[] records, int acknowledged, byte[] database, byte[] log)
    {
        using TemporaryDirectory copy = new();
        Directory.CreateDirectory(Path.GetDirectoryName(copy.Database)!);
        await File.WriteAllBytesAsync(copy.Database, database, Cancel);
        await File.WriteAllBytesAsync(copy.Database + "-wal", log, Cancel);

        await using SqliteStore recovered = await copy.OpenAsync();
        IReadOnlyList<UsageRecord> kept = await recovered.Usage.RecentAsync(1000, Cancel);
        SpendRow total = (await recovered.Usage.SpendAsync(new SpendQuery([], DateTimeOffset.MinValue), Cancel))[0];

        Assert.Equal(0, kept.Count % Batch);
        Assert.True(kept.Count >= acknowledged, $"{acknowledged} were acknowledged, {kept.Count} are left");
        Assert.Equal(records.Take(kept.Count).Reverse(), kept);
        Assert.Equal(kept.Count, total.Requests);
        Assert.Equal(kept.Sum(record => record.CostNanoUsd), total.CostNanoUsd);
        Assert.Equal(kept.Sum(record => record.Tokens.Input), total.InputTokens);
    }

    // The log cut off at odd places, as a disk may leave it; nothing of it was acknowledged for sure.
    private static IEnumerable<(int Acknowledged, byte[] Log)> Torn(byte[] log)
    {
        int[] lengths = [0, 1, 31, 32, 33, log.Length / 3, log.Length / 2, log.Length - 1];
        return lengths.Select(length => (0, log[..length]));
    }

    private static List<(int Acknowledged, byte[] Log)> Thinned(List<(int Acknowledged, byte[] Log)> crashes)
    {
        int step = Math.Max(1, crashes.Count / 25);
        return [.. crashes.Where((_, at) => at % step == 0 || at >= crashes.Count - 9)];
    }

    private static async Task<byte[]> ReadLogAsync(string path)
    {
        await using FileStream log = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using MemoryStream copy = new();
        await log.CopyToAsync(copy, Cancel);
        return copy.ToArray();
    }
}
