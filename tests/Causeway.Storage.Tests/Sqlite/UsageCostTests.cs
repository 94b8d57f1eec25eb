using System.Diagnostics;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Sqlite;
using Causeway.Storage.Tests.Conformance;

namespace Causeway.Storage.Tests.Sqlite;

public sealed class UsageCostTests
{
    /// <summary>Run by hand and in Release: the whole process's CPU is counted, so nothing may run beside it.</summary>
    [Fact(Explicit = true)]
    public async Task A_record_in_a_batch_of_500_costs_less_than_6_microseconds_of_CPU()
    {
        const int Batch = 500;
        const int Batches = 400;
        using TemporaryDirectory directory = new();
        await using SqliteStore store = await directory.OpenAsync();
        UsageRecord[][] batches = [.. Enumerable.Range(0, 3 * Batches * Batch).Select(Usage.Number).Chunk(Batch)];
        using var process = Process.GetCurrentProcess();
        double cost = 0;

        for (int round = 0; round < 3; round++)
        {
            process.Refresh();
            TimeSpan before = process.TotalProcessorTime;
            foreach (UsageRecord[] batch in batches.AsSpan(round * Batches, Batches).ToArray())
            {
                await store.Usage.AppendAsync(batch, TestContext.Current.CancellationToken);
            }

            process.Refresh();
            cost = (process.TotalProcessorTime - before).TotalMicroseconds / (Batches * Batch);
            TestContext.Current.TestOutputHelper?.WriteLine($"round {round}: {cost:f2} µs of CPU a record");
        }

        Assert.InRange(cost, 0, 6);
    }
}
