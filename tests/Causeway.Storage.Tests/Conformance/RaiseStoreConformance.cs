using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IRaiseStore"/> promises, whatever the engine; and what the ledger's store keeps beside its events for it.</summary>
public abstract class RaiseStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, 123, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_store_holds_nothing()
    {
        await using TestStore store = await NewAsync();

        Assert.Empty(await store.Raises.ListAsync(onlyPending: false, Cancel));
        Assert.Empty(await store.Raises.ListGlassAsync(onlyUnreviewed: false, Cancel));
        Assert.Null(await store.Raises.FindAsync(RaiseId.New(s_now), Cancel));
        Assert.Null(await store.Raises.FindGlassAsync(Guid.NewGuid(), Cancel));
        Assert.False(await store.Raises.ReplaceAsync(New(s_now) with { Version = 2 }, Cancel));
    }

    [Fact]
    public async Task Every_field_comes_back_as_it_went_in()
    {
        await using TestStore store = await NewAsync();
        Raise bare = New(s_now);
        Raise full = New(s_now.AddSeconds(1)) with
        {
            Ticket = "INC-7",
            KeyCreatedBy = "mira",
            Approvals = [new Approval("noor", 5, new string('a', 64), s_now.AddMinutes(1), null), new Approval("ida", 4, new string('b', 64), s_now.AddMinutes(2), "why not")],
            State = RaiseState.Approved,
            DecidedBy = "ida",
            DecidedAt = s_now.AddMinutes(2),
            DecisionReason = "why not",
        };
        BrokenGlass glass = Glass(s_now);
        BrokenGlass reviewed = Glass(s_now.AddSeconds(1)) with { ReviewedBy = "noor", ReviewedAt = s_now.AddHours(1), ReviewReason = "an outage" };

        await store.Raises.AddAsync(bare, Cancel);
        await store.Raises.AddAsync(full, Cancel);
        await store.Raises.PutAsync(glass, Cancel);
        await store.Raises.PutAsync(reviewed, Cancel);
        await store.RestartAsync();

        Assert.Equal(Text(full), Text((await store.Raises.FindAsync(full.Id, Cancel))!));
        Assert.Equal([Text(full), Text(bare)], (await store.Raises.ListAsync(onlyPending: false, Cancel)).Select(Text));
        Assert.Equal([Text(bare)], (await store.Raises.ListAsync(onlyPending: true, Cancel)).Select(Text));
        Assert.Equal(Text(reviewed), Text((await store.Raises.FindGlassAsync(reviewed.Id, Cancel))!));
        Assert.Equal([Text(reviewed), Text(glass)], (await store.Raises.ListGlassAsync(onlyUnreviewed: false, Cancel)).Select(Text));
        Assert.Equal([Text(glass)], (await store.Raises.ListGlassAsync(onlyUnreviewed: true, Cancel)).Select(Text));
    }

    [Fact]
    public async Task Of_two_writers_that_read_the_same_version_one_writes()
    {
        await using TestStore store = await NewAsync();
        Raise raise = New(s_now);
        await store.Raises.AddAsync(raise, Cancel);

        bool[] written = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.Raises.ReplaceAsync(raise with { Version = 2, DecidedBy = $"one-{i}" }, Cancel)));

        Assert.Single(written, one => one);
        Assert.Equal($"one-{Array.IndexOf(written, true)}", (await store.Raises.FindAsync(raise.Id, Cancel))!.DecidedBy);
        Assert.False(await store.Raises.ReplaceAsync(raise with { Version = 2 }, Cancel));
        Assert.True(await store.Raises.ReplaceAsync(raise with { Version = 3, State = RaiseState.Denied }, Cancel));
        Assert.Empty(await store.Raises.ListAsync(onlyPending: true, Cancel));
    }

    [Fact]
    public async Task A_request_is_kept_once()
    {
        await using TestStore store = await NewAsync();
        Raise raise = New(s_now);
        await store.Raises.AddAsync(raise, Cancel);

        await Assert.ThrowsAnyAsync<Exception>(() => store.Raises.AddAsync(raise with { Amount = 1 }, Cancel));

        Assert.Equal(raise.Amount, Assert.Single(await store.Raises.ListAsync(onlyPending: false, Cancel)).Amount);
    }

    [Theory]
    [MemberData(nameof(Hostile.Texts), MemberType = typeof(Hostile))]
    public async Task Text_that_looks_like_SQL_is_kept_as_text(string text)
    {
        await using TestStore store = await NewAsync();
        Raise raise = New(s_now) with { Reason = text, Ticket = text, RequestedBy = text, LimitText = text };

        await store.Raises.AddAsync(raise, Cancel);

        Assert.Equal(Text(raise), Text(Assert.Single(await store.Raises.ListAsync(onlyPending: true, Cancel))));
    }

    [Fact]
    public async Task A_broken_glass_is_kept_with_the_event_that_tells_of_it_and_all_its_overlays()
    {
        await using TestStore store = await NewAsync();
        Grant grant = Granted();
        LedgerEvent happened = new(LedgerEventKind.GlassBroken, s_now.ToUnixTimeMilliseconds())
        {
            Request = Guid.CreateVersion7(s_now),
            Grant = grant.Id,
            DecidedBy = grant.Id,
            Held = new Amounts(5, 0, 0),
            DeadlineMs = s_now.AddMinutes(60).ToUnixTimeMilliseconds(),
            Actor = "mira",
            Reason = "an outage",
        };
        Overlay[] overlays =
        [
            new(Guid.CreateVersion7(s_now), grant.Id, 0, 5, happened.AtMs, happened.DeadlineMs, "glass"),
            new(Guid.CreateVersion7(s_now.AddMilliseconds(1)), grant.Id, 0, -5, happened.AtMs, long.MaxValue, "glass"),
        ];

        await store.Ledger.AppendAsync(_ => [new JournalEntry((LedgerEvent?)null) { Grant = grant }, new JournalEntry(happened) { Overlays = overlays }], Cancel);
        await store.RestartAsync();

        Assert.Equal(Text(BrokenGlass.Of(happened)), Text(Assert.Single(await store.Raises.ListGlassAsync(onlyUnreviewed: true, Cancel))));
        Assert.Equal(overlays, (await store.Ledger.LoadAsync(Cancel)).Overlays);
    }

    [Fact]
    public async Task A_broken_glass_is_as_broken_after_a_restart()
    {
        await using TestStore store = await NewAsync();
        var journal = new HeldJournal();
        var time = new StandingTime();
        var ledger = new BudgetLedger(journal, time);
        Grant team = Granted() with { Limits = [new Limit(Meter.Usd, 100, Window.None)] };
        Grant leaf = Granted() with { Id = GrantId.New(s_now.AddSeconds(1)), Parent = team.Id, DepthLeft = 0 };
        Grant seal = Granted() with { Id = GrantId.New(s_now.AddSeconds(2)), Parent = team.Id, DepthLeft = 0, Kind = GrantKind.BreakGlass, Limits = [new Limit(Meter.Usd, 25, Window.None)] };
        Assert.All((Grant[])[team, leaf, seal], grant => Assert.Empty(ledger.Create(grant, out _)));
        Assert.NotNull(ledger.Break(leaf.Id, 20, TimeSpan.FromMinutes(60), "mira", "an outage", out _, out _));
        await store.Ledger.AppendAsync(_ => journal.Entries, Cancel);

        await store.RestartAsync();
        var next = new BudgetLedger(new HeldJournal(), time);
        Replay replay = next.Start(await store.Ledger.LoadAsync(Cancel));

        Assert.Null(replay.Mismatch);
        Assert.Equal(((long?)95, (long?)30), (next.LeftUsd(next.Find(team.Id)!), next.LeftUsd(next.Find(leaf.Id)!)));
        Assert.Null(next.Break(leaf.Id, 6, TimeSpan.FromMinutes(1), "mira", "more", out DelegationFault? fault, out _));
        Assert.Equal("seal_exceeded", fault!.Code);
        Assert.Equal("mira", Assert.Single(await store.Raises.ListGlassAsync(onlyUnreviewed: true, Cancel)).By);
    }

    [Fact]
    public async Task When_a_grant_was_last_used_is_kept_to_the_minute_and_never_goes_back()
    {
        await using TestStore store = await NewAsync();
        GrantId leaf = Granted().Id;
        GrantId above = GrantId.New(s_now.AddSeconds(1));
        long at = s_now.ToUnixTimeMilliseconds();
        LedgerEvent allowed = new(LedgerEventKind.Reserved, at) { Grant = leaf, Request = Guid.NewGuid() };
        LedgerEvent denied = new(LedgerEventKind.Denied, at + 1_000) { Grant = leaf, DecidedBy = above, Limit = "usd 5/day" };

        await store.Ledger.AppendAsync(
            _ => [new(allowed), new(allowed with { AtMs = at + 59_999, Request = Guid.NewGuid() }), new(denied), new(new LedgerEvent(LedgerEventKind.Settled, at) { Grant = above })], Cancel);
        IReadOnlyList<GrantUse> first = (await store.Ledger.LoadAsync(Cancel)).Uses;
        await store.RestartAsync();
        await store.Ledger.AppendAsync(_ => [new(allowed with { AtMs = at + 60_000, Request = Guid.NewGuid() })], Cancel);

        Assert.Equal([new GrantUse(leaf, "", at, at + 1_000), new GrantUse(above, "usd 5/day", 0, at + 1_000)], first);
        Assert.Equal(new GrantUse(leaf, "", at + 60_000, at + 1_000), (await store.Ledger.LoadAsync(Cancel)).Uses[0]);
    }

    protected abstract Task<TestStore> NewAsync();

    private sealed class HeldJournal : ILedgerJournal
    {
        public List<JournalEntry> Entries { get; } = [];

        public Task Append(JournalEntry entry, bool isAwaited)
        {
            Entries.Add(entry);
            return Task.CompletedTask;
        }
    }

    private sealed class StandingTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => s_now;
    }

    private static Grant Granted() => new()
    {
        Id = GrantId.New(s_now),
        Holder = new Holder(false, "search"),
        Limits = [new Limit(Meter.Usd, 10, Window.None)],
        CreatedAt = s_now,
        CreatedBy = "mira",
    };

    private static Raise New(DateTimeOffset at) => new()
    {
        Id = RaiseId.New(at),
        Grant = GrantId.New(at),
        Limit = 1,
        LimitText = "usd 500/month",
        Meter = Meter.Usd,
        Amount = 200_000_000_000,
        Until = at.AddDays(7),
        Reason = "a launch",
        RequestedBy = "mira",
        CreatedAt = at,
    };

    private static BrokenGlass Glass(DateTimeOffset at) => new()
    {
        Id = Guid.CreateVersion7(at),
        Grant = GrantId.New(at),
        Seal = GrantId.New(at),
        NanoUsd = 7,
        At = at,
        Until = at.AddMinutes(60),
        By = "mira",
        Reason = "an outage",
    };

    private static string Text(Raise raise) => System.Text.Encoding.UTF8.GetString(RaiseJson.Write(raise));

    private static string Text(BrokenGlass glass) => System.Text.Encoding.UTF8.GetString(RaiseJson.Write(glass));
}
