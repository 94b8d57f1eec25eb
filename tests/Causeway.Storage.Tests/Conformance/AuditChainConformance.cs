using System.Buffers;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>Somebody writes into the store by hand; the walk over the chain names the entry.</summary>
public abstract class AuditChainConformance
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly GrantId s_grant = GrantId.New(s_start);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ledger_that_nobody_touched_is_whole_and_its_head_is_that_of_its_last_entry()
    {
        await using TestStore store = await BookAsync(5);

        ChainReport report = await store.Ledger.VerifyAsync(Cancel);

        Assert.Equal((5L, null, null), (report.Events, report.BrokenAt, report.Problem));
        Assert.Equal(Convert.ToHexStringLower(Head(Events(5))), report.Head);
    }

    [Fact]
    public async Task Any_entry_is_told_by_its_hash_and_the_last_one_without_its_place()
    {
        await using TestStore store = await BookAsync(5);

        Assert.Equal(Convert.ToHexStringLower(Head(Events(5))), Convert.ToHexStringLower((await store.Ledger.HeadAsync(null, Cancel))!.Hash));
        Assert.Equal(5, (await store.Ledger.HeadAsync(null, Cancel))!.Seq);
        Assert.Equal(Convert.ToHexStringLower(Head(Events(3))), Convert.ToHexStringLower((await store.Ledger.HeadAsync(3, Cancel))!.Hash));
        Assert.Null(await store.Ledger.HeadAsync(6, Cancel));
    }

    [Fact]
    public async Task Before_the_first_entry_the_head_is_the_origin()
    {
        await using TestStore store = await NewAsync();

        LedgerHead head = (await store.Ledger.HeadAsync(null, Cancel))!;

        Assert.Equal((0L, Convert.ToHexStringLower(LedgerEventCodec.Origin)), (head.Seq, Convert.ToHexStringLower(head.Hash)));
    }

    [Fact]
    public async Task An_empty_ledger_is_whole()
    {
        await using TestStore store = await NewAsync();

        ChainReport report = await store.Ledger.VerifyAsync(Cancel);

        Assert.Equal((0L, null, Convert.ToHexStringLower(LedgerEventCodec.Origin)), (report.Events, report.BrokenAt, report.Head));
    }

    [Theory]
    [InlineData("UPDATE ledger SET payload = CAST(substr(payload, 1, 5) || x'AB' || substr(payload, 7) AS BLOB) WHERE seq = 3", 3)]
    [InlineData("UPDATE ledger SET payload = CAST(payload || x'00' AS BLOB) WHERE seq = 3", 3)]
    [InlineData("UPDATE ledger SET payload = x'' WHERE seq = 3", 3)]
    [InlineData("UPDATE ledger SET at_ms = at_ms + 1 WHERE seq = 3", 3)]
    [InlineData("UPDATE ledger SET kind = 7 WHERE seq = 3", 3)]
    [InlineData("UPDATE ledger SET kind = kind + 256 WHERE seq = 3", 3)]
    [InlineData("UPDATE ledger SET hash = x'0000000000000000000000000000000000000000000000000000000000000000' WHERE seq = 3", 3)]
    [InlineData("UPDATE ledger SET hash = x'0000000000000000000000000000000000000000000000000000000000000000' WHERE seq = 5", 5)]
    [InlineData("DELETE FROM ledger WHERE seq = 3", 3)]
    [InlineData("DELETE FROM ledger WHERE seq = 1", 1)]
    [InlineData("DELETE FROM ledger WHERE seq >= 4", 4)]
    [InlineData("DELETE FROM ledger", 1)]
    [InlineData("UPDATE ledger SET seq = 99 WHERE seq = 3; UPDATE ledger SET seq = 3 WHERE seq = 4; UPDATE ledger SET seq = 4 WHERE seq = 99", 3)]
    [InlineData("INSERT INTO ledger SELECT 6, at_ms, kind, payload, hash FROM ledger WHERE seq = 5", 6)]
    [InlineData("INSERT INTO ledger SELECT 0, at_ms, kind, payload, hash FROM ledger WHERE seq = 5", 6)]
    public async Task A_change_by_hand_is_named(string sql, long entry)
    {
        await using TestStore store = await BookAsync(5);
        await store.ChangeAsync(sql);

        ChainReport report = await store.Ledger.VerifyAsync(Cancel);

        Assert.Equal(entry, report.BrokenAt);
        Assert.Equal(entry - 1, report.Events);
        Assert.Contains($"Event {entry}", report.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_bit_of_an_entry_counts()
    {
        await using TestStore store = await BookAsync(3);
        byte[] bytes = Payload(Events(3)[1]);
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            await store.ExecuteAsync($"UPDATE ledger SET payload = x'{Convert.ToHexString(changed)}' WHERE seq = 2");

            Assert.Equal(2, (await store.Ledger.VerifyAsync(Cancel)).BrokenAt);
        }

        await store.ExecuteAsync($"UPDATE ledger SET payload = x'{Convert.ToHexString(bytes)}' WHERE seq = 2");
        Assert.Null((await store.Ledger.VerifyAsync(Cancel)).BrokenAt);
    }

    [Fact]
    public async Task Events_are_found_by_their_time_kind_and_grant()
    {
        await using TestStore store = await BookAsync(5);

        async Task<string> SeqsAsync(LedgerQuery query) => string.Join(", ", (await store.Ledger.EventsAsync(query, Cancel)).Select(one => one.Seq));

        Assert.Equal("2, 3", await SeqsAsync(new LedgerQuery { Since = s_start.AddSeconds(2), Until = s_start.AddSeconds(4) }));
        Assert.Equal("", await SeqsAsync(new LedgerQuery { Until = s_start }));
        Assert.Equal("1, 2, 3, 4, 5", await SeqsAsync(new LedgerQuery { Until = s_start.AddDays(1) }));
        Assert.Equal("4, 5", await SeqsAsync(new LedgerQuery { Limit = 2, Newest = true }));
        Assert.Equal("3, 4", await SeqsAsync(new LedgerQuery { After = 2, Limit = 2 }));
        Assert.Equal("1, 3, 5", await SeqsAsync(new LedgerQuery { Kinds = new HashSet<LedgerEventKind> { LedgerEventKind.Denied } }));
        Assert.Equal("2, 4", await SeqsAsync(new LedgerQuery { Grants = new HashSet<GrantId> { s_grant } }));
    }

    protected abstract Task<TestStore> NewAsync();

    private static LedgerEvent[] Events(int count) =>
    [
        .. Enumerable.Range(1, count).Select(i => new LedgerEvent(i % 2 == 1 ? LedgerEventKind.Denied : LedgerEventKind.Settled, s_start.AddSeconds(i).ToUnixTimeMilliseconds())
        {
            Request = new Guid(i, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
            Grant = i % 2 == 1 ? null : s_grant,
            Code = "limit_spent",
            Booked = new Amounts(i, 1, 1),
        }),
    ];

    private static byte[] Payload(LedgerEvent one)
    {
        ArrayBufferWriter<byte> payload = new();
        LedgerEventCodec.Write(payload, one);
        return payload.WrittenSpan.ToArray();
    }

    private static byte[] Head(LedgerEvent[] events)
    {
        byte[] hash = LedgerEventCodec.Origin.ToArray();
        for (int i = 0; i < events.Length; i++)
        {
            LedgerEventCodec.Chain(hash, i + 1, events[i].AtMs, events[i].Kind, Payload(events[i]), hash);
        }

        return hash;
    }

    private async Task<TestStore> BookAsync(int count)
    {
        TestStore store = await NewAsync();
        await store.Ledger.AppendAsync([.. Events(count).Select(Bookings.Entry), new JournalEntry((LedgerEvent?)null) { Checkpoint = [1] }]);
        return store;
    }
}
