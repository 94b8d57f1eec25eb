using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using CsCheck;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="ILedgerStore"/> promises, whatever the engine.</summary>
public abstract class LedgerStoreConformance
{
    private static readonly GrantId[] s_grants = [.. Enumerable.Range(0, 4).Select(second => GrantId.New(Bookings.Now.AddSeconds(second)))];

    private static readonly Gen<LedgerQuery> s_anyQuery =
        from after in Gen.Long[0, 70]
        from before in Gen.Long[0, 70].Nullable()
        from since in Gen.Int[-5, 40].Nullable()
        from grants in Gen.OneOf(s_grants).Array[0, 3].Select(some => (IReadOnlySet<GrantId>)some.ToHashSet())
        from anyGrant in Gen.Bool
        from kinds in Gen.Enum<LedgerEventKind>().Array[0, 6].Select(some => (IReadOnlySet<LedgerEventKind>)some.ToHashSet())
        from anyKind in Gen.Bool
        from limit in Gen.Int[1, 70]
        from newest in Gen.Bool
        select new LedgerQuery
        {
            After = after,
            Before = before,
            Since = since is { } second ? Bookings.Now.AddSeconds(second) : null,
            Grants = anyGrant ? null : grants,
            Kinds = anyKind ? null : kinds,
            Limit = limit,
            Newest = newest,
        };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_store_has_an_empty_ledger()
    {
        await using TestStore store = await NewAsync();

        LedgerImage image = await store.Ledger.LoadAsync(Cancel);
        ChainReport chain = await store.Ledger.VerifyAsync(Cancel);

        Assert.Equal((0, 0, 0), (image.Grants.Count, image.Overlays.Count, image.Events.Count));
        Assert.Equal((null, null, null), (image.Older, image.Newer, image.Problem));
        Assert.Empty(await store.Ledger.EventsAsync(new LedgerQuery(), Cancel));
        Assert.Equal((0, null, null), (chain.Events, chain.BrokenAt, chain.Problem));
        Assert.Equal(Convert.ToHexStringLower(LedgerEventCodec.Origin), chain.Head);
    }

    [Fact]
    public async Task Every_field_of_every_kind_comes_back_in_its_place()
    {
        await using TestStore store = await NewAsync();
        LedgerEvent[] events = [.. Enum.GetValues<LedgerEventKind>().Select((kind, at) => new LedgerEvent(kind, Bookings.Now.ToUnixTimeMilliseconds() + at)
        {
            Request = Guid.CreateVersion7(Bookings.Now.AddSeconds(at)),
            Grant = s_grants[at % 4],
            Key = KeyId.New(Bookings.Now.AddSeconds(at)),
            Held = new Amounts(at, long.MaxValue, 2),
            Booked = new Amounts(-at, 3, -4),
            ReservedAtMs = 5 + at,
            DeadlineMs = 6,
            Code = "limit_spent",
            DecidedBy = s_grants[(at + 1) % 4],
            Limit = "usd 500/month",
            Model = "größe/\u0000😀",
            Provider = "openai",
            Source = UsageSource.Counted,
            Actor = "admin",
            Reason = "because",
            Detail = "{}",
        }), new LedgerEvent(LedgerEventKind.Started, Bookings.Now.AddHours(1).ToUnixTimeMilliseconds())];

        await store.Ledger.AppendAsync([.. events.Select(Bookings.Entry)]);
        await store.RestartAsync();

        LedgerEvent[] expected = [.. events.Select((one, at) => one with { Seq = at + 1 })];
        Assert.Equal(expected, await store.Ledger.EventsAsync(new LedgerQuery(), Cancel));
        Assert.Equal(expected, (await store.Ledger.LoadAsync(Cancel)).Events);
    }

    [Fact]
    public async Task Any_query_finds_what_a_plain_filter_finds()
    {
        await using TestStore store = await NewAsync();
        Random random = new(20261126);
        LedgerEventKind[] kinds = [.. Enum.GetValues<LedgerEventKind>().Where(kind => kind != LedgerEventKind.GlassBroken)]; // That one has to be whole.
        LedgerEvent[] events = [.. Enumerable.Range(1, 60).Select(seq => new LedgerEvent(kinds[random.Next(kinds.Length)], Bookings.Now.AddSeconds(seq / 3 * 2).ToUnixTimeMilliseconds())
        {
            Seq = seq,
            Grant = random.Next(5) is < 4 and int one ? s_grants[one] : null,
            DecidedBy = random.Next(8) is < 4 and int other ? s_grants[other] : null,
        })];
        foreach (LedgerEvent[] some in events.Chunk(7))
        {
            await store.Ledger.AppendAsync([.. some.Select(Bookings.Entry)]);
        }

        await s_anyQuery.SampleAsync(
            async query =>
            {
                LedgerEvent[] matching = [.. events.Where(one => one.Seq > query.After && (query.Before is not { } before || one.Seq < before)
                    && (query.Since is not { } since || one.AtMs >= since.ToUnixTimeMilliseconds())
                    && (query.Kinds?.Contains(one.Kind) ?? true)
                    && (query.Grants is null || (one.Grant is { } leaf && query.Grants.Contains(leaf)) || (one.DecidedBy is { } decided && query.Grants.Contains(decided))))];
                Assert.Equal(query.Newest ? matching.TakeLast(query.Limit) : matching.Take(query.Limit), await store.Ledger.EventsAsync(query, Cancel));
            },
            iter: 300,
            threads: 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public async Task A_query_has_a_bound(int limit)
    {
        await using TestStore store = await NewAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.Ledger.EventsAsync(new LedgerQuery { Limit = limit }, Cancel));
    }

    [Fact]
    public async Task What_lies_far_behind_is_found_too()
    {
        await using TestStore store = await NewAsync();
        const int Many = 25_000;
        foreach (int[] some in Enumerable.Range(1, Many).Chunk(5_000))
        {
            await store.Ledger.AppendAsync([.. some.Select(seq => Bookings.Entry(new LedgerEvent(seq is 2 or Many - 1 ? LedgerEventKind.RaiseRequested : LedgerEventKind.Denied, seq)))]);
        }

        HashSet<LedgerEventKind> rare = [LedgerEventKind.RaiseRequested];
        Assert.Equal([2, Many - 1], (await store.Ledger.EventsAsync(new LedgerQuery { Kinds = rare }, Cancel)).Select(one => one.Seq));
        Assert.Equal([2], (await store.Ledger.EventsAsync(new LedgerQuery { Kinds = rare, Limit = 1 }, Cancel)).Select(one => one.Seq));
        Assert.Equal([Many - 1], (await store.Ledger.EventsAsync(new LedgerQuery { Kinds = rare, Limit = 1, Newest = true }, Cancel)).Select(one => one.Seq));
        Assert.Equal(Many, (await store.Ledger.VerifyAsync(Cancel)).Events);
        Assert.Null((await store.Ledger.VerifyAsync(Cancel)).BrokenAt);
    }

    [Fact]
    public async Task Records_are_booked_with_the_events_that_they_belong_to()
    {
        await using TestStore store = await NewAsync();
        UsageRecord record = Usage.Number(1);

        await store.Ledger.AppendAsync(new JournalEntry(new LedgerEvent(LedgerEventKind.Settled, 1) { Request = record.Request }) { Usage = record }, new JournalEntry((LedgerEvent?)null) { Usage = Usage.Number(2) });

        Assert.Single(await store.Ledger.EventsAsync(new LedgerQuery(), Cancel));
        Assert.Equal(2, (await store.Usage.RecentAsync(10, Cancel)).Count);
    }

    [Fact]
    public async Task A_group_is_kept_whole_or_not_at_all_and_the_chain_goes_on()
    {
        await using TestStore store = await NewAsync();
        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 1)));
        JournalEntry wrong = new((LedgerEvent?)null) { Grant = Bookings.NewGrant("usd 1") with { Parent = GrantId.New(Bookings.Now) } };

        await Assert.ThrowsAnyAsync<Exception>(() => store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Denied, 2)), wrong));
        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.KeyRevoked, 3)));

        Assert.Equal([LedgerEventKind.Started, LedgerEventKind.KeyRevoked], (await store.Ledger.EventsAsync(new LedgerQuery(), Cancel)).Select(one => one.Kind));
        Assert.Null((await store.Ledger.VerifyAsync(Cancel)).BrokenAt);
    }

    [Fact]
    public async Task The_chain_has_the_same_head_after_a_restart_and_goes_on_from_there()
    {
        await using TestStore store = await NewAsync();
        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 1)));
        string head = (await store.Ledger.VerifyAsync(Cancel)).Head;

        await store.RestartAsync();

        Assert.Equal(head, (await store.Ledger.VerifyAsync(Cancel)).Head);
        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 2)));
        ChainReport chain = await store.Ledger.VerifyAsync(Cancel);
        Assert.NotEqual(head, chain.Head);
        Assert.Equal((2, null), (chain.Events, chain.BrokenAt));
    }

    [Fact]
    public async Task A_grant_comes_back_as_it_was_last_written_and_so_does_a_raise()
    {
        await using TestStore store = await NewAsync();
        Grant above = Bookings.NewGrant("usd 500/month", "requests 10/day");
        Grant below = Bookings.NewGrant("usd 5/24h") with { Id = GrantId.New(Bookings.Now.AddSeconds(1)), Parent = above.Id, Kind = GrantKind.Share };
        Overlay raise = new(Guid.CreateVersion7(Bookings.Now), above.Id, 1, 5, 100, 200, "request");

        await store.Ledger.AppendAsync(new JournalEntry((LedgerEvent?)null) { Grant = above }, new JournalEntry((LedgerEvent?)null) { Grant = below }, new JournalEntry((LedgerEvent?)null) { Overlays = [raise] });
        await store.Ledger.AppendAsync(new JournalEntry((LedgerEvent?)null) { Grant = above with { Status = GrantStatus.Suspended, Version = 2 } }, new JournalEntry((LedgerEvent?)null) { Overlays = [raise with { UntilMs = 150 }] });
        await store.RestartAsync();

        LedgerImage image = await store.Ledger.LoadAsync(Cancel);
        Assert.Equal([GrantJson.Text(above with { Status = GrantStatus.Suspended, Version = 2 }), GrantJson.Text(below)], image.Grants.OrderBy(grant => grant.Id.Value).Select(GrantJson.Text));
        Assert.Equal([raise with { UntilMs = 150 }], image.Overlays);
    }

    [Fact]
    public async Task The_last_two_checkpoints_are_kept_with_the_events_after_the_older_one()
    {
        await using TestStore store = await NewAsync();
        for (int round = 1; round <= 4; round++)
        {
            await store.Ledger.AppendAsync(
                Bookings.Entry(new LedgerEvent(LedgerEventKind.Denied, round)), Bookings.Entry(new LedgerEvent(LedgerEventKind.Denied, round)), new JournalEntry((LedgerEvent?)null) { Checkpoint = [(byte)round] });
            LedgerImage image = await store.Ledger.LoadAsync(Cancel);

            Assert.Equal((round * 2, (byte)round), (image.Newer!.Seq, image.Newer.State[0]));
            Assert.Equal(round == 1 ? null : (round * 2) - 2, image.Older?.Seq);
            Assert.Equal(round == 1 ? [] : [(round * 2) - 1, round * 2], image.Events.Select(one => one.Seq));
        }

        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Denied, 9)), new JournalEntry((LedgerEvent?)null) { Checkpoint = [7] }, new JournalEntry((LedgerEvent?)null) { Checkpoint = [8] });
        LedgerImage last = await store.Ledger.LoadAsync(Cancel);
        Assert.Equal((9, (byte)8, 8, (byte)4), (last.Newer!.Seq, last.Newer.State[0], last.Older!.Seq, last.Older.State[0])); // In one place the later one stands.
        Assert.Equal([9], last.Events.Select(one => one.Seq));
    }

    [Fact]
    public async Task Accounts_that_are_over_are_forgotten()
    {
        await using TestStore store = await NewAsync();
        Grant above = Bookings.NewGrant("usd 5");
        Grant account = Bookings.NewGrant("usd 1") with { Id = GrantId.New(Bookings.Now.AddSeconds(1)), Parent = above.Id, Kind = GrantKind.Account };
        await store.Ledger.AppendAsync(new JournalEntry((LedgerEvent?)null) { Grant = above }, new JournalEntry((LedgerEvent?)null) { Grant = account });

        await store.Ledger.AppendAsync(new JournalEntry((LedgerEvent?)null) { Checkpoint = [1], Forgotten = [account.Id, GrantId.New(Bookings.Now)] });

        Assert.Equal([above.Id], (await store.Ledger.LoadAsync(Cancel)).Grants.Select(grant => grant.Id));
    }

    [Fact]
    public async Task A_ledger_goes_on_where_it_was_over_many_starts()
    {
        await using TestStore store = await NewAsync();
        Grant grant = Bookings.NewGrant("requests 1000", "usd 1000/month");
        int settled = 0;
        int doubted = 0;
        for (int start = 0; start < 5; start++)
        {
            StoreJournal journal = new(store.Ledger);
            BudgetLedger ledger = new(journal, TimeProvider.System);
            Replay replay = ledger.Start(await store.Ledger.LoadAsync(Cancel));
            Assert.Null(replay.Mismatch);
            Assert.Equal(start == 0 ? 0 : 1, replay.InDoubt);
            doubted += replay.InDoubt;
            if (start == 0)
            {
                Assert.Empty(ledger.Create(grant, out _));
            }

            await ledger.Checkpoint();
            GrantNode node = ledger.Find(grant.Id)!;
            for (int i = 0; i < 4; i++)
            {
                Reservation held = ledger.Reserve(node, Guid.NewGuid(), new Amounts(100, 10, 10), TimeSpan.FromMinutes(5), default, out _)!;
                if (i < 3)
                {
                    ledger.Settle(held, new Amounts(7, 1, 1), UsageSource.Provider, null);
                    settled++;
                }

                if (i == 1)
                {
                    await ledger.Checkpoint();

                    // The amount is another one with each start, and a limit comes and goes.
                    Limit day = new(Meter.Tokens, 1_000_000, Window.Rolling(TimeSpan.FromHours(24)));
                    Assert.Empty(ledger.Set(grant.Id, was => was with { Limits = [.. grant.Limits.Take(1), grant.Limits[1] with { Amount = 2_000_000_000L + start }, .. start % 2 == 0 ? [day] : (Limit[])[]] }, null, "test", "again", out _));
                }
            }

            Assert.Equal([(settled, 1, doubted), (settled * 7, 100, doubted * 100)], ledger.Use(node).Take(2).Select(use => ((int)use.Committed, (int)use.Held, (int)use.InDoubt)));
            await journal.Durable;
            await store.RestartAsync();
        }

        Assert.Null((await store.Ledger.VerifyAsync(Cancel)).BrokenAt);
    }

    protected abstract Task<TestStore> NewAsync();
}
