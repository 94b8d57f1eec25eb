using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Tests.Sqlite;

/// <summary>Somebody writes into the file by hand; the walk over the chain names the entry.</summary>
public sealed class AuditChainTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly GrantId s_grant = GrantId.New(s_start);
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_ledger_that_nobody_touched_is_whole_and_its_head_is_that_of_its_last_entry()
    {
        await BookAsync(5);

        ChainReport report = await VerifyAsync();

        Assert.Equal((5L, null, null), (report.Events, report.BrokenAt, report.Problem));
        Assert.Equal(Query("SELECT lower(hex(hash)) FROM ledger WHERE seq = 5"), report.Head);
    }

    [Fact]
    public async Task An_empty_ledger_is_whole()
    {
        ChainReport report = await VerifyAsync();

        Assert.Equal((0L, null, Convert.ToHexStringLower(LedgerEventCodec.Origin)), (report.Events, report.BrokenAt, report.Head));
    }

    [Theory]
    [InlineData("UPDATE ledger SET payload = CAST(substr(payload, 1, 5) || x'AB' || substr(payload, 7) AS BLOB) WHERE seq = 3", 3)]
    [InlineData("UPDATE ledger SET payload = CAST(payload || x'00' AS BLOB) WHERE seq = 3", 3)]
    [InlineData("UPDATE ledger SET payload = x'' WHERE seq = 3", 3)]
    [InlineData("UPDATE ledger SET at_ms = at_ms + 1 WHERE seq = 3", 3)]
    [InlineData("UPDATE ledger SET kind = 7 WHERE seq = 3", 3)]
    [InlineData("UPDATE ledger SET kind = kind + 256 WHERE seq = 3", 3)]
    [InlineData("UPDATE ledger SET hash = zeroblob(32) WHERE seq = 3", 3)]
    [InlineData("UPDATE ledger SET hash = zeroblob(32) WHERE seq = 5", 5)]
    [InlineData("DELETE FROM ledger WHERE seq = 3", 3)]
    [InlineData("DELETE FROM ledger WHERE seq = 1", 1)]
    [InlineData("DELETE FROM ledger WHERE seq >= 4", 4)]
    [InlineData("DELETE FROM ledger", 1)]
    [InlineData("UPDATE ledger SET seq = 99 WHERE seq = 3; UPDATE ledger SET seq = 3 WHERE seq = 4; UPDATE ledger SET seq = 4 WHERE seq = 99", 3)]
    [InlineData("INSERT INTO ledger SELECT 6, at_ms, kind, payload, hash FROM ledger WHERE seq = 5", 6)]
    [InlineData("INSERT INTO ledger SELECT 0, at_ms, kind, payload, hash FROM ledger WHERE seq = 5", 6)]
    public async Task A_change_by_hand_is_named(string sql, long entry)
    {
        await BookAsync(5);
        Query(sql);

        ChainReport report = await VerifyAsync();

        Assert.Equal(entry, report.BrokenAt);
        Assert.Equal(entry - 1, report.Events);
        Assert.Contains($"Event {entry}", report.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_bit_of_an_entry_counts()
    {
        await BookAsync(3);
        string payload = Query("SELECT hex(payload) FROM ledger WHERE seq = 2");
        byte[] bytes = Convert.FromHexString(payload);
        await using SqliteStore store = await OpenAsync();
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Query($"UPDATE ledger SET payload = x'{Convert.ToHexString(changed)}' WHERE seq = 2");

            Assert.Equal(2, (await store.Ledger.VerifyAsync(Cancel)).BrokenAt);
        }

        Query($"UPDATE ledger SET payload = x'{payload}' WHERE seq = 2");
        Assert.Null((await store.Ledger.VerifyAsync(Cancel)).BrokenAt);
    }

    // docs/audit.md says so in words: hash = SHA-256(previous ‖ seq ‖ at_ms ‖ kind ‖ payload).
    [Fact]
    public async Task The_chain_can_be_verified_by_hand_from_the_file()
    {
        await BookAsync(4);
        byte[] hash = Encoding.ASCII.GetBytes("causeway ledger, chain version 1");
        for (int seq = 1; seq <= 4; seq++)
        {
            string[] row = Query($"SELECT printf('%016X|%016X|%02X|', seq, at_ms, kind) || hex(payload) || '|' || hex(hash) FROM ledger WHERE seq = {seq}").Split('|');
            hash = SHA256.HashData(Convert.FromHexString(Convert.ToHexString(hash) + row[0] + row[1] + row[2] + row[3]));

            Assert.Equal(row[4], Convert.ToHexString(hash));
        }
    }

    [Fact]
    public async Task Events_are_found_by_their_time_kind_and_grant()
    {
        await BookAsync(5);
        await using SqliteStore store = await OpenAsync();

        async Task<string> SeqsAsync(LedgerQuery query) => string.Join(", ", (await store.Ledger.EventsAsync(query, Cancel)).Select(one => one.Seq));

        Assert.Equal("2, 3", await SeqsAsync(new LedgerQuery { Since = s_start.AddSeconds(2), Until = s_start.AddSeconds(4) }));
        Assert.Equal("", await SeqsAsync(new LedgerQuery { Until = s_start }));
        Assert.Equal("1, 2, 3, 4, 5", await SeqsAsync(new LedgerQuery { Until = s_start.AddDays(1) }));
        Assert.Equal("4, 5", await SeqsAsync(new LedgerQuery { Limit = 2, Newest = true }));
        Assert.Equal("3, 4", await SeqsAsync(new LedgerQuery { After = 2, Limit = 2 }));
        Assert.Equal("1, 3, 5", await SeqsAsync(new LedgerQuery { Kinds = new HashSet<LedgerEventKind> { LedgerEventKind.Denied } }));
        Assert.Equal("2, 4", await SeqsAsync(new LedgerQuery { Grants = new HashSet<GrantId> { s_grant } }));
    }

    private async Task BookAsync(int count)
    {
        await using SqliteStore store = await OpenAsync();
        JournalEntry[] entries =
        [
            .. Enumerable.Range(1, count).Select(i => new JournalEntry(
                new LedgerEvent(i % 2 == 1 ? LedgerEventKind.Denied : LedgerEventKind.Settled, s_start.AddSeconds(i).ToUnixTimeMilliseconds())
                {
                    Request = Guid.CreateVersion7(s_start.AddSeconds(i)),
                    Grant = i % 2 == 1 ? null : s_grant,
                    Code = "limit_spent",
                    Booked = new Amounts(i, 1, 1),
                })),
        ];
        await store.Ledger.AppendAsync(_ => [.. entries, new JournalEntry((LedgerEvent?)null) { Checkpoint = [1] }], Cancel);
    }

    private async Task<ChainReport> VerifyAsync()
    {
        await using SqliteStore store = await OpenAsync();
        return await store.Ledger.VerifyAsync(Cancel);
    }

    private Task<SqliteStore> OpenAsync() => SqliteStore.OpenAsync(_directory.Database, TimeProvider.System, Cancel);

    private string Query(string sql)
    {
        using SqliteConnection connection = new($"Data Source={_directory.Database};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
    }
}
