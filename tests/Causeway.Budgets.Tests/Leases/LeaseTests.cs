using Causeway.Budgets.Grants;
using Causeway.Budgets.Leases;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Tests.Leases;

/// <summary>The life of leases in one chain of several ledgers.</summary>
public sealed class LeaseTests
{
    private static readonly LeaseRules s_rules = new();
    private static readonly Limit s_large = new(Meter.Usd, 1_000_000, Window.None);
    private readonly TurnBook _book = new();

    [Fact]
    public async Task A_grant_that_is_asked_often_takes_a_lease_and_what_is_drawn_from_it_needs_no_turn()
    {
        TurnBook.Holder one = _book.Join(s_rules);
        GrantNode grant = one.Make(null, s_large);

        Assert.Equal(30, await one.WarmAsync(grant)); // Ten calls a second, for three seconds.
        int written = _book.Events.Count;
        ValueTask<Held> drawn = one.AskAsync(grant);

        Assert.True(drawn.IsCompletedSuccessfully);
        Held held = await drawn;
        Assert.True(held.Reservation!.Durable.IsCompletedSuccessfully);
        Assert.Equal((written, 1L), (_book.Events.Count, one.Ledger.Drawn));
        one.Ledger.Settle(held.Reservation, new Amounts(4, 1, 1), UsageSource.Provider, null);
        one.Turn();
        Guid lease = _book.Of(LedgerEventKind.LeaseTaken).Single().Request!.Value;
        Assert.Equal([(LedgerEventKind.Reserved, (Guid?)lease), (LedgerEventKind.Settled, null)], _book.Events.Skip(written).Select(happened => (happened.Kind, happened.Lease)));
    }

    [Fact]
    public async Task What_is_leased_is_held_for_everybody_and_moves_to_who_draws_it()
    {
        TurnBook.Holder one = _book.Join(s_rules);
        TurnBook.Holder other = _book.Join(s_rules);
        GrantNode grant = one.Make(null, s_large);
        await one.WarmAsync(grant);
        other.Turn();
        LimitUse before = other.Use(grant);

        await one.AskAsync(grant, 7);
        one.Turn();
        other.Turn();

        LimitUse after = other.Use(grant);
        Assert.Equal((300 + 20_000L, 20_000L), (before.Held, before.Leased)); // 2 % of the limit.
        Assert.Equal((before.Held, before.Leased - 7), (after.Held, after.Leased));
        HeldLease seen = Assert.Single(other.Ledger.LeasesBelow(other.Find(grant)));
        Assert.Equal((one.Ledger.Instance, 19_993L), (seen.Owner, seen.Held.NanoUsd));
    }

    [Fact]
    public async Task Where_a_lease_stands_against_a_request_it_is_given_back_and_the_request_is_not_denied()
    {
        TurnBook.Holder one = _book.Join(s_rules);
        TurnBook.Holder other = _book.Join(s_rules);
        GrantNode grant = one.Make(null, s_large);
        await one.WarmAsync(grant);

        Task<Held> asked = other.AskAsync(grant, 1_000_000 - 300).AsTask();
        Assert.False(asked.IsCompleted);
        one.Turn(); // It reads that it is recalled.
        await PassUntilAsync(asked);

        Assert.NotNull((await asked).Reservation);
        Assert.Equal("lease_ended", Assert.Single(_book.Of(LedgerEventKind.LeaseReturned)).Code);
        Assert.Equal("limit_held", (await one.AskAsync(grant)).Denial!.Code); // Exactly nothing is left.
    }

    [Fact]
    public async Task An_own_lease_is_given_back_in_the_turn_of_the_request_that_it_stands_against()
    {
        TurnBook.Holder one = _book.Join(s_rules);
        GrantNode root = one.Make(null, s_large);
        GrantNode busy = one.Make(root, new Limit(Meter.Usd, 900_000, Window.None));
        await one.WarmAsync(busy);

        ValueTask<Held> asked = one.AskAsync(root, 1_000_000 - 300);

        Assert.True(asked.IsCompletedSuccessfully);
        Assert.NotNull((await asked).Reservation);
        Assert.Empty(one.Ledger.HeldLeases());
    }

    [Fact]
    public async Task Of_one_that_is_gone_the_whole_rest_is_in_doubt_and_not_before_its_time_is_over()
    {
        TurnBook.Holder one = _book.Join(s_rules);
        TurnBook.Holder other = _book.Join(null);
        GrantNode grant = one.Make(null, s_large);
        await one.WarmAsync(grant);
        for (int i = 0; i < 5; i++)
        {
            await one.AskAsync(grant); // Drawn, and never told.
        }

        for (int second = 0; second < 14; second++)
        {
            other.Turn();
            _book.Pass(1);
        }

        other.Turn();
        Assert.Equal(20_000, other.Use(grant).Leased);
        _book.Pass(1.1);
        other.Turn();

        Assert.Equal((20_000L, 0L), (other.Use(grant).InDoubt, other.Use(grant).Leased));
        Assert.Equal("lease_over", _book.Of(LedgerEventKind.InDoubt).Single().Code);
    }

    [Fact]
    public async Task Who_comes_back_too_late_draws_nothing_and_what_it_drew_in_time_is_booked()
    {
        TurnBook.Holder one = _book.Join(s_rules);
        TurnBook.Holder other = _book.Join(null);
        GrantNode grant = one.Make(null, s_large);
        await one.WarmAsync(grant);
        Held drawn = await one.AskAsync(grant, 17);
        one.IsCutOff = true;
        for (int second = 0; second < 7; second++)
        {
            other.Turn();
            _book.Pass(1);
        }

        other.Turn();
        _book.Pass(0.9);
        Assert.NotNull((await one.AskAsync(grant, 13)).Reservation);
        _book.Pass(0.2);
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await one.AskAsync(grant)); // Two seconds before the lease ends.
        for (int second = 0; second < 8; second++)
        {
            other.Turn();
            _book.Pass(1);
        }

        other.Turn();
        Assert.Equal(20_000, other.Use(grant).InDoubt);
        one.Ledger.Settle(drawn.Reservation!, new Amounts(5, 1, 1), UsageSource.Provider, null);
        one.IsCutOff = false;
        one.Turn();
        other.Turn();

        LimitUse use = other.Use(grant);
        Assert.Equal((5L, 300 + 13L, 0L, 0L), (use.Committed, use.Held, use.InDoubt, use.Leased));
        Assert.Equal(one.Use(grant), use);
        Assert.All(_book.Of(LedgerEventKind.LeaseReturned), back => Assert.Equal("lease_late", back.Code));
    }

    [Fact]
    public async Task A_lease_ends_with_the_grant_s_right_wherever_it_is_taken_away()
    {
        TurnBook.Holder one = _book.Join(s_rules);
        TurnBook.Holder other = _book.Join(s_rules);
        GrantNode root = one.Make(null, s_large);
        GrantNode leaf = one.Make(root);
        await one.WarmAsync(leaf);

        other.Turn(() => Assert.NotNull(other.Ledger.Change(root.Grant.Id, GrantStatus.Suspended, "test", "enough", out _)));
        one.Turn();

        Assert.Equal("grant_suspended", (await one.AskAsync(leaf)).Denial!.Code);
        Assert.Empty(one.Ledger.HeldLeases());
    }

    [Fact]
    public async Task Other_limits_end_a_lease_and_the_next_one_fits_them()
    {
        TurnBook.Holder one = _book.Join(s_rules);
        TurnBook.Holder other = _book.Join(s_rules);
        GrantNode grant = one.Make(null, s_large);
        await one.WarmAsync(grant);

        other.Turn(() => Assert.Empty(other.Ledger.Set(grant.Grant.Id, was => was with { Limits = [new Limit(Meter.Usd, 100_000, Window.None)] }, null, "test", "less", out _)));
        one.Turn();
        Assert.Empty(one.Ledger.HeldLeases());
        await one.AskAsync(grant);

        Assert.InRange(Assert.Single(one.Ledger.HeldLeases()).Held.NanoUsd, 1, 2_000);
    }

    [Fact]
    public async Task Nothing_is_drawn_beyond_the_window_that_it_was_taken_in()
    {
        _book.Time.SetUtcNow(new DateTimeOffset(2026, 3, 10, 12, 59, 55, TimeSpan.Zero));
        TurnBook.Holder one = _book.Join(s_rules);
        Assert.True(Window.TryParse("hour", "UTC", out Window hour, out _));
        GrantNode grant = one.Make(null, new Limit(Meter.Usd, 1_000_000, hour));
        await one.WarmAsync(grant);
        _book.Pass(4.9);
        Assert.True(one.Ledger.HasLease(grant));

        _book.Pass(0.2);

        Assert.False(one.Ledger.HasLease(grant));
        await one.AskAsync(grant, 11);
        one.Turn();
        LimitUse use = one.Use(grant);
        Assert.Equal((new DateTimeOffset(2026, 3, 10, 13, 0, 0, TimeSpan.Zero), 11L), (use.WindowStarts, use.Held - use.Leased));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_path_that_cannot_be_divided_is_decided_directly(bool isFair)
    {
        TurnBook.Holder one = _book.Join(s_rules);
        GrantNode root = isFair ? one.Make(null, s_large) : one.Make(null, s_large, new Limit(Meter.Concurrent, 10_000, Window.None));
        if (isFair)
        {
            one.Turn(() => Assert.Empty(one.Ledger.Set(root.Grant.Id, was => was with { IsFair = true }, null, "test", "fair", out _)));
        }

        GrantNode leaf = one.Make(root);
        for (int i = 0; i < 100; i++)
        {
            Assert.NotNull((await one.AskAsync(leaf)).Reservation);
        }

        Assert.Empty(_book.Of(LedgerEventKind.LeaseTaken));
    }

    [Fact]
    public async Task Requests_are_leased_too_and_never_more_of_them_than_there_are()
    {
        TurnBook.Holder[] all = [_book.Join(s_rules), _book.Join(s_rules), _book.Join(s_rules)];
        GrantNode grant = all[0].Make(null, new Limit(Meter.Requests, 2_000, Window.None));
        int held = 0;
        for (int i = 0; i < 4_000; i++)
        {
            TurnBook.Holder one = all[i % all.Length];
            one.Turn();
            Task<Held> asked = one.AskAsync(grant).AsTask();
            await PassUntilAsync(asked, [.. all]);
            held += (await asked).Reservation is null ? 0 : 1;
        }

        Assert.Equal(2_000, held);
        Assert.True(all.Sum(one => one.Ledger.Drawn) > 500);
    }

    [Fact]
    public async Task After_the_store_was_away_the_leases_of_others_are_honoured_for_a_life()
    {
        TurnBook.Holder one = _book.Join(s_rules);
        TurnBook.Holder other = _book.Join(null);
        GrantNode grant = one.Make(null, s_large);
        await one.WarmAsync(grant);
        other.Turn();

        _book.Pass(60); // Nobody reached the store.
        other.Turn();
        Assert.True(other.Ledger.IsLearning); // So that nobody is taken for gone who only could not say that he is there.
        Assert.Empty(_book.Of(LedgerEventKind.InDoubt));
        one.Turn();
        other.Turn();

        Assert.Equal((0L, 0L), (other.Use(grant).InDoubt, other.Use(grant).Leased));
        _book.Pass(s_rules.Life.TotalSeconds);
        Assert.False(other.Ledger.IsLearning);
    }

    [Fact]
    public async Task A_start_finds_leases_and_what_is_in_doubt_of_them_where_they_were()
    {
        TurnBook.Holder one = _book.Join(s_rules);
        TurnBook.Holder other = _book.Join(s_rules);
        GrantNode grant = one.Make(null, s_large, new Limit(Meter.Requests, 100_000, Window.None));
        await one.WarmAsync(grant);
        await other.WarmAsync(grant);
        other.Turn(() => other.Ledger.DoubtOf(new HashSet<InstanceId> { one.Ledger.Instance!.Value }));
        await CheckpointAsync(other);
        await other.AskAsync(grant);
        other.Turn();
        await CheckpointAsync(other);
        one.Turn(); // It comes back.
        other.Turn();

        TurnBook.Holder fresh = _book.Join(null);

        Assert.Equal(other.Ledger.Use(other.Find(grant)), fresh.Ledger.Use(fresh.Find(grant)));
        Assert.Equal(other.Ledger.HeldLeases(), fresh.Ledger.HeldLeases());
        Assert.Equal(300, fresh.Use(grant).InDoubt); // The requests that it told of; of the lease nothing.
    }

    [Fact]
    public async Task Who_ends_gives_back_what_it_holds()
    {
        TurnBook.Holder one = _book.Join(s_rules);
        GrantNode grant = one.Make(null, s_large);
        await one.WarmAsync(grant);
        await one.AskAsync(grant);

        await one.Ledger.ReturnLeasesAsync();

        Assert.Equal((300 + 10L, 0L), (one.Use(grant).Held, one.Use(grant).Leased));
        await one.AskAsync(grant);
        Assert.Empty(one.Ledger.HeldLeases());
    }

    [Fact]
    public async Task Of_four_one_that_dies_in_the_middle_takes_no_more_along_than_the_rule_says()
    {
        TurnBook.Holder[] all = [.. Enumerable.Range(0, 4).Select(_ => _book.Join(s_rules))];
        GrantNode grant = all[0].Make(null, s_large);
        int i = 0;
        for (; all[0].Use(grant).Left > 500_000; i++)
        {
            await OneAsync(all[i % 4], grant, all);
        }

        long remained = all[0].Use(grant).Left;
        TurnBook.Holder dead = all[3];
        long chunk = all[0].Ledger.HeldLeases().Where(lease => lease.Owner == dead.Ledger.Instance).Sum(lease => lease.Held.NanoUsd);
        TurnBook.Holder[] live = all[..3];
        while (await OneAsync(live[i++ % 3], grant, live) is { } held)
        {
            Assert.NotNull(held);
        }

        LimitUse use = live[0].Use(grant);
        Assert.InRange(chunk, 1, Math.Min(1_000_000 / 50, remained / 16 * 2)); // One that was just taken and the rest of the one before.
        Assert.True(1_000_000 - use.Committed - use.InDoubt - (use.Held - use.Leased) <= chunk + 10, $"{use} of which {chunk} died.");
    }

    private static async Task<Reservation?> OneAsync(TurnBook.Holder one, GrantNode grant, TurnBook.Holder[] live)
    {
        Task<Held> asked = one.AskAsync(grant).AsTask();
        for (int i = 0; !asked.IsCompleted; i++)
        {
            foreach (TurnBook.Holder each in live)
            {
                each.Turn();
            }

            one.Pass(0.01);
            await Task.Yield();
        }

        Held held = await asked;
        Assert.NotEqual("limit_spent", held.Denial?.Code);
        return held.Reservation;
    }

    private static async Task CheckpointAsync(TurnBook.Holder one) => await one.Ledger.Checkpoint();

    private async Task PassUntilAsync(Task asked, params TurnBook.Holder[] turning)
    {
        while (!asked.IsCompleted)
        {
            foreach (TurnBook.Holder one in turning)
            {
                one.Turn();
            }

            _book.Pass(0.005);
            await Task.Yield();
        }
    }
}
