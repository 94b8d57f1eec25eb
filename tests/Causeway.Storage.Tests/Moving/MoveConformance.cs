using Causeway.Budgets.Ledger;
using Causeway.Storage.Moving;
using Causeway.Storage.Tests.Conformance;
using Causeway.Storage.Tests.Postgres;
using Causeway.Storage.Tests.Sqlite;
using Causeway.Testing;

namespace Causeway.Storage.Tests.Moving;

/// <summary>What moving promises, between whatever engines.</summary>
public abstract class MoveConformance
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_arrives_and_a_server_goes_on_with_it()
    {
        await using TestStore from = await FilledAsync();
        await using TestStore to = await EmptyAsync();

        MoveReport report = await MoveAsync(from.Place, to);

        Assert.All(report.Tables, table => Assert.True(table.Rows > 0, $"{table.Table} was not filled by the test"));
        Assert.Equal((null, false), (report.Problem, report.WentOn));
        await from.RestartAsync();
        await to.RestartAsync();
        Assert.Equal(await from.Keys.ListAsync(Cancel), await to.Keys.ListAsync(Cancel));
        Assert.Equal(await from.Usage.RecentAsync(200, Cancel), await to.Usage.RecentAsync(200, Cancel), Records);
        SpendQuery query = new([SpendDimension.Team, SpendDimension.Model, SpendDimension.Day], Usage.Start.AddDays(-1));
        Assert.Equivalent(await from.Usage.SpendAsync(query, Cancel), await to.Usage.SpendAsync(query, Cancel), strict: true);
        Assert.Equal(await from.Ledger.VerifyAsync(Cancel), await to.Ledger.VerifyAsync(Cancel));
        Assert.Equal(report.Head, (await to.Ledger.VerifyAsync(Cancel)).Head);

        // Its numbers go on behind those that came, and the chain behind its head.
        BudgetLedger ledger = new(new StoreJournal(to.Ledger), TimeProvider.System);
        Replay start = ledger.Start(await to.Ledger.LoadAsync(Cancel));
        Assert.Equal((null, 2), (start.Mismatch, start.InDoubt));
        await to.Usage.AppendAsync([Usage.Number(777_777) with { ModelAsked = "a model that nobody asked for before", ModelSent = null, ModelServed = null }], Cancel);
        Assert.Contains(await to.Usage.SpendAsync(new SpendQuery([SpendDimension.Model], Usage.Start), Cancel), row => row.Group[0] == "a model that nobody asked for before");
        await to.Conformance.AddAsync([.. (await from.Conformance.SinceAsync(DateTimeOffset.UnixEpoch, Cancel)).Take(1)], Cancel);
    }

    [Fact]
    public async Task The_source_is_not_changed()
    {
        await using TestStore from = await FilledAsync();
        await using TestStore to = await EmptyAsync();
        byte[] before = from is SqliteTestStore file ? await File.ReadAllBytesAsync(file.Database, Cancel) : [];
        StoreReport held = await StoreMoves.VerifyAsync(from.Place, Quiet.Progress, Cancel);

        await MoveAsync(from.Place, to);

        Assert.Equivalent(held, await StoreMoves.VerifyAsync(from.Place, Quiet.Progress, Cancel), strict: true);
        Assert.Equal(before, from is SqliteTestStore same ? await File.ReadAllBytesAsync(same.Database, Cancel) : []);
    }

    [Fact]
    public async Task Cut_off_after_any_commit_it_goes_on_and_doubles_nothing()
    {
        await using TestStore from = await FilledAsync();
        int commits = 0;
        await using (TestStore whole = await EmptyAsync())
        {
            await StoreMoves.MoveAsync(from.Place, whole.Place, 10, TimeProvider.System, new Told(_ => commits++), Cancel);
        }

        // A few of them: each costs a store.
        foreach (int last in Enumerable.Range(0, commits).Where(at => at % 7 == 3))
        {
            await using TestStore to = await EmptyAsync();
            using CancellationTokenSource cut = new();
            int seen = 0;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StoreMoves.MoveAsync(
                from.Place, to.Place, 10, TimeProvider.System, new Told(_ => End(cut, ++seen > last)), cut.Token));

            await Assert.ThrowsAsync<StoreUnavailableException>(to.RestartAsync);
            MoveReport report = await StoreMoves.MoveAsync(from.Place, to.Place, 10, TimeProvider.System, Quiet.Progress, Cancel);

            Assert.True(report.WentOn);
            Assert.Equivalent(
                (await StoreMoves.VerifyAsync(from.Place, Quiet.Progress, Cancel)) with { Source = "", Schema = "" },
                (await StoreMoves.VerifyAsync(to.Place, Quiet.Progress, Cancel)) with { Source = "", Schema = "" },
                strict: true);
            await to.RestartAsync();
        }
    }

    [Fact]
    public async Task A_source_that_was_written_since_is_moved_from_the_beginning()
    {
        await using TestStore from = await FilledAsync();
        await using TestStore to = await EmptyAsync();
        await CutAsync(from, to);
        await from.RestartAsync();
        await from.Usage.AppendAsync([Usage.Number(999)], Cancel);
        await from.StopAsync();

        MoveReport report = await StoreMoves.MoveAsync(from.Place, to.Place, TimeProvider.System, Quiet.Progress, Cancel);

        Assert.False(report.WentOn);
        await to.RestartAsync();
        Assert.NotNull(await to.Usage.FindAsync((await to.Usage.RecentAsync(1, Cancel))[0].Request, Cancel));
    }

    [Fact]
    public async Task A_store_that_is_in_use_is_not_moved_and_not_filled()
    {
        await using TestStore from = await FilledAsync();
        await using TestStore to = await EmptyAsync();
        await from.RestartAsync();

        StoreUnavailableException source = await Assert.ThrowsAsync<StoreUnavailableException>(() => MoveAsync(from.Place, to));
        await from.StopAsync();
        await to.RestartAsync();
        StoreUnavailableException target = await Assert.ThrowsAsync<StoreUnavailableException>(() => MoveAsync(from.Place, to));

        Assert.Contains(" is in use by a", source.Message, StringComparison.Ordinal);
        Assert.Contains("top ", source.Message, StringComparison.Ordinal); // It says how.
        Assert.Contains(" is in use by a", target.Message, StringComparison.Ordinal);
        await to.StopAsync();
    }

    [Fact]
    public async Task No_server_starts_on_either_of_the_two_while_they_are_at_it()
    {
        await using TestStore from = await FilledAsync();
        await using TestStore to = await EmptyAsync();
        Task<Exception?>? source = null;
        Task<Exception?>? target = null;

        await StoreMoves.MoveAsync(
            from.Place,
            to.Place,
            TimeProvider.System,
            new Told(_ =>
            {
                source ??= TryAsync(from);
                target ??= TryAsync(to);
                Assert.True(SpinWait.SpinUntil(() => source.IsCompleted && target.IsCompleted, TimeSpan.FromSeconds(30)));
            }),
            Cancel);

        Assert.IsType<StoreUnavailableException>(await source!);
        Assert.IsType<StoreUnavailableException>(await target!);
        await from.RestartAsync();
        await to.RestartAsync();

        static Task<Exception?> TryAsync(TestStore store) => Task.Run<Exception?>(async () => await Record.ExceptionAsync(async () => await (await store.OpenAsync()).DisposeAsync()));
    }

    [Fact]
    public async Task A_store_with_rows_is_not_written_over_and_half_a_move_takes_no_other_source()
    {
        await using TestStore from = await FilledAsync();
        await using TestStore other = await FilledAsync();
        await using TestStore to = await EmptyAsync();

        StoreUnavailableException used = await Assert.ThrowsAsync<StoreUnavailableException>(() => MoveAsync(from.Place, other));
        await CutAsync(from, to);
        StoreUnavailableException half = await Assert.ThrowsAsync<StoreUnavailableException>(() => MoveAsync(other.Place, to));
        StoreUnavailableException read = await Assert.ThrowsAsync<StoreUnavailableException>(() => StoreMoves.VerifyAsync(to.Place, Quiet.Progress, Cancel));

        Assert.Contains(" is not empty: it holds teams.", used.Message, StringComparison.Ordinal);
        Assert.Contains($" is half of a move from {from.Place}, not from {other.Place}.", half.Message, StringComparison.Ordinal);
        Assert.Contains($" is half of a move from {from.Place} that did not end.", read.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_of_an_older_version_is_refused_by_the_step_that_it_lacks()
    {
        await using TestStore from = await FilledAsync();
        await using TestStore to = await EmptyAsync();
        await from.ExecuteAsync("DELETE FROM schema_migrations WHERE script LIKE '%usage-days.sql'");

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => MoveAsync(from.Place, to));

        Assert.Contains(" is of an older Causeway: it lacks 1 schema step, 00", refused.Message, StringComparison.Ordinal);
        Assert.Contains("usage-days.sql first.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_made_while_a_server_writes_is_restored_to_the_last_row()
    {
        using TemporaryDirectory folder = new();
        string file = Path.Combine(folder.Root, "causeway.backup");
        await using TestStore from = await FilledAsync();
        await using TestStore to = await EmptyAsync();
        await from.RestartAsync();
        UsageRecord before = Usage.Number(1_001);
        await from.Usage.AppendAsync([before], Cancel);

        BackupReport backup = await StoreMoves.BackupAsync(from.Place, file, TimeProvider.System, Quiet.Progress, Cancel);
        await from.Usage.AppendAsync([Usage.Number(1_002)], Cancel);
        StoreReport seen = await StoreMoves.VerifyAsync(StorePlace.Backup(file), Quiet.Progress, Cancel);
        MoveReport restored = await StoreMoves.MoveAsync(StorePlace.Backup(file), to.Place, TimeProvider.System, Quiet.Progress, Cancel);

        Assert.Empty(seen.Problems);
        Assert.Equal(backup.Tables, seen.Tables);
        Assert.Equal(backup.Tables, restored.Tables);
        Assert.Equal((seen.Head, seen.Balances), (restored.Head, restored.Balances));
        Assert.Equal([file], Directory.GetFiles(folder.Root));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(file));
        await to.RestartAsync();
        Assert.Equal(before, await to.Usage.FindAsync(before.Request, Cancel));
        StoreUnavailableException again = await Assert.ThrowsAsync<StoreUnavailableException>(() => StoreMoves.BackupAsync(from.Place, file, TimeProvider.System, Quiet.Progress, Cancel));
        Assert.Contains(" is there already and is not overwritten", again.Message, StringComparison.Ordinal);
    }

    protected abstract Task<TestStore> NewSourceAsync();

    protected abstract Task<TestStore> NewTargetAsync();

    private static IEqualityComparer<UsageRecord> Records => EqualityComparer<UsageRecord>.Create(
        (one, other) => one is not null && other is not null && one with { Trail = [] } == other with { Trail = [] } && one.Trail.SequenceEqual(other.Trail), record => record.Request.GetHashCode());

    private static async Task<MoveReport> MoveAsync(StorePlace from, TestStore to) => await StoreMoves.MoveAsync(from, to.Place, TimeProvider.System, Quiet.Progress, Cancel);

    private static async Task CutAsync(TestStore from, TestStore to)
    {
        using CancellationTokenSource cut = new();
        int seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StoreMoves.MoveAsync(from.Place, to.Place, 10, TimeProvider.System, new Told(_ => End(cut, ++seen > 20)), cut.Token));
    }

    private static void End(CancellationTokenSource cut, bool isTime)
    {
        if (isTime)
        {
            cut.Cancel();
        }
    }

    private async Task<TestStore> FilledAsync()
    {
        TestStore store = await NewSourceAsync();
        await Everything.FillAsync(store);
        await store.StopAsync();
        return store;
    }

    private async Task<TestStore> EmptyAsync()
    {
        TestStore store = await NewTargetAsync();
        await store.StopAsync();
        return store;
    }
}

/// <summary>Nobody is told.</summary>
internal sealed class Quiet : IProgress<MoveProgress>
{
    public static readonly Quiet Progress = new();

    public void Report(MoveProgress value)
    {
    }
}

/// <summary>Tells at once, on the thread of the work.</summary>
internal sealed class Told(Action<MoveProgress> tell) : IProgress<MoveProgress>
{
    public void Report(MoveProgress value) => tell(value);
}

public sealed class SqliteToPostgresTests(PostgresCluster cluster) : MoveConformance
{
    protected override Task<TestStore> NewSourceAsync() => SqliteTestStore.NewAsync();

    protected override Task<TestStore> NewTargetAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresToSqliteTests(PostgresCluster cluster) : MoveConformance
{
    protected override Task<TestStore> NewSourceAsync() => PostgresTestStore.NewAsync(cluster);

    protected override Task<TestStore> NewTargetAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteToSqliteTests : MoveConformance
{
    protected override Task<TestStore> NewSourceAsync() => SqliteTestStore.NewAsync();

    protected override Task<TestStore> NewTargetAsync() => SqliteTestStore.NewAsync();
}
