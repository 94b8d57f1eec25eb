using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using CsCheck;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IUsageStore"/> promises, whatever the engine.</summary>
public abstract class UsageStoreConformance
{
    private static readonly SpendQuery s_total = new([], DateTimeOffset.MinValue);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_store_has_no_records_and_a_total_of_nothing()
    {
        await using TestStore store = await NewAsync();

        Assert.Empty(await store.Usage.RecentAsync(1000, Cancel));
        Assert.Empty(await store.Usage.SpendAsync(new SpendQuery([SpendDimension.Team], DateTimeOffset.MinValue), Cancel));
        SpendRow total = Assert.Single(await store.Usage.SpendAsync(s_total, Cancel));
        Same([new SpendRow([], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)], [total]);
    }

    [Fact]
    public async Task The_steps_of_a_request_come_back_in_their_order_and_with_their_request()
    {
        await using TestStore store = await NewAsync();
        AttemptRecord[] steps =
        [
            new("openai", "gpt-5.4-mini", "status_503", 503, TimeSpan.FromMicroseconds(1_500), null) { Began = TimeSpan.FromMicroseconds(42), FirstByte = TimeSpan.FromMicroseconds(1_499) },
            new("gemini", "gemini-2.5-flash", "circuit_open", null, TimeSpan.Zero, null) { Began = TimeSpan.Zero },
            new("anthropic", "claude-sonnet-4-6", "answered", 200, TimeSpan.FromMicroseconds(900_001), 42),
        ];

        await store.Usage.AppendAsync([Usage.Number(1) with { Trail = steps }, Usage.Number(2)], Cancel);
        IReadOnlyList<UsageRecord> records = await store.Usage.RecentAsync(10, Cancel);

        Assert.Empty(records[0].Trail);
        Assert.Equal(steps, records[1].Trail);
    }

    [Fact]
    public async Task Pages_in_the_order_of_arrival_hold_every_record_of_a_time_once()
    {
        await using TestStore store = await NewAsync();
        UsageRecord[] records = [.. Enumerable.Range(0, 25).Select(Usage.Number)];
        await store.Usage.AppendAsync([.. records.Reverse()], Cancel);
        var range = new UsageRange(records[3].At, records[22].At, Limit: 7);

        List<Guid> read = [];
        IReadOnlyList<UsageRecord> page;
        do
        {
            page = await store.Usage.PageAsync(range, Cancel);
            read.AddRange(page.Select(record => record.Request));
            range = range with { After = page.Count > 0 ? page[^1].Request : range.After };
        }
        while (page.Count == range.Limit);

        Assert.Equal(records[3..22].Select(record => record.Request), read);
    }

    [Fact]
    public async Task A_record_of_a_page_and_one_that_is_looked_for_are_whole()
    {
        await using TestStore store = await NewAsync();
        UsageRecord full = Usage.Number(1) with { Grant = new Budgets.Grants.GrantId(Guid.Parse("0193a1b2c3d47e5f8a9b0c1d2e3f4a50")), Price = "in 1, out 2, x 1000000", HeldNanoUsd = 7, OverrunNanoUsd = 3, RoutingRevision = 12, RoutingRule = 4, Bucket = 957489, UnitHash = 0xf51e_1c0a_0000_0001, Conversation = "s-1", ToolUses = 3, ToolFeeNanoUsd = 30_000_000, Inherits = "rel_a,rel_b", DataClass = "customer", EndUser = "u@example.com", Tags = "product=checkout,tier=gold", Agreement = "agr_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b", CachedFrom = Guid.Parse("0193a1b2c3d47e5f8a9b0c1d2e3f4a51") };
        await store.Usage.AppendAsync([full], Cancel);

        UsageRecord paged = Assert.Single(await store.Usage.PageAsync(new UsageRange(full.At, full.At.AddMilliseconds(1)), Cancel));

        Assert.Equal(full with { Trail = paged.Trail }, paged);
        Assert.Equal(paged with { Trail = [] }, await store.Usage.FindAsync(full.Request, Cancel) is { } found ? found with { Trail = [] } : null);
        Assert.Null(await store.Usage.FindAsync(Usage.Number(2).Request, Cancel));

        UsageRecord bare = Usage.Number(2); // What has neither gets neither.
        await store.Usage.AppendAsync([bare], Cancel);
        Assert.Equal((null, null, 0, null), await store.Usage.FindAsync(bare.Request, Cancel) is { } without ? (without.UnitHash, without.Conversation, without.ToolUses, without.ToolFeeNanoUsd) : (0, "", 0, 0));

        UsageRecord unpriced = Usage.Number(3) with { ToolUses = 2 }; // A use without a fee is not one that costs nothing.
        await store.Usage.AppendAsync([unpriced], Cancel);
        Assert.Equal((2, null), await store.Usage.FindAsync(unpriced.Request, Cancel) is { } used ? (used.ToolUses, used.ToolFeeNanoUsd) : (0, 0));
    }

    [Fact]
    public async Task Every_field_comes_back_as_it_went_in()
    {
        await using TestStore store = await NewAsync();
        UsageRecord full = Usage.Number(1) with
        {
            ModelAsked = "asked",
            ModelSent = "sent",
            ModelServed = "served",
            Region = "eu-west-1",
            Tokens = new TokenCounts(1, 2, 3, 4, 5, 6, 7, 6),
            CostNanoUsd = long.MaxValue,
            Source = UsageSource.Estimated,
            Status = 499,
            Outcome = Outcome.ClientGone,
            ErrorCode = "client_gone",
            StopReason = "max_tokens",
            Attempts = 3,
            Channel = "support",
            Release = "rel_1",
            Dropped = "seed, messages[0].name",
            Contract = "invoice@3",
            ContractSchema = "sch_1",
            ContractOutcome = "repaired",
            Repairs = 2,
            RepairCostNanoUsd = 41,
            Mended = "fences:1,integer_spelling:2",
            Streamed = true,
            TimeToFirstByte = TimeSpan.FromMicroseconds(1_234_567),
            Total = TimeSpan.FromMicroseconds(7_654_321),
        };
        UsageRecord bare = Usage.Number(2) with
        {
            ModelSent = null,
            ModelServed = null,
            Provider = null,
            Tokens = default,
            CostNanoUsd = null,
            Source = UsageSource.None,
            Status = 402,
            Outcome = Outcome.Denied,
            StopReason = null,
            Attempts = 0,
            TimeToFirstByte = null,
            Total = TimeSpan.Zero,
        };

        await store.Usage.AppendAsync([full], Cancel);
        await store.Usage.AppendAsync([bare], Cancel);

        Assert.Equal([bare, full], await store.Usage.RecentAsync(10, Cancel));
    }

    [Fact]
    public async Task Any_record_comes_back_as_it_went_in()
    {
        await using TestStore store = await NewAsync();
        var booked = new Dictionary<Guid, UsageRecord>();

        await Usage.Any.SampleAsync(
            async record =>
            {
                bool first = booked.TryAdd(record.Request, record);
                await store.Usage.AppendAsync([record], Cancel);
                Assert.True(first);
            },
            iter: 200,
            threads: 1);

        Assert.Equal(
            booked.Values.OrderByDescending(record => record.Request.ToString("N"), StringComparer.Ordinal),
            await store.Usage.RecentAsync(1000, Cancel));
    }

    [Fact]
    public async Task The_newest_records_come_first_and_no_more_than_asked_for()
    {
        await using TestStore store = await NewAsync();
        UsageRecord[] records = [.. Enumerable.Range(0, 50).Select(Usage.Number)];
        await store.Usage.AppendAsync(records[25..], Cancel);
        await store.Usage.AppendAsync(records[..25], Cancel);

        Assert.Equal(records.Reverse().Take(7), await store.Usage.RecentAsync(7, Cancel));
        Assert.Equal(records.Reverse(), await store.Usage.RecentAsync(1000, Cancel));
    }

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_limit_outside_its_range_is_refused(int limit)
    {
        await using TestStore store = await NewAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.Usage.RecentAsync(limit, Cancel));
    }

    [Fact]
    public async Task A_request_is_booked_once_whatever_comes_later_under_its_id()
    {
        await using TestStore store = await NewAsync();
        UsageRecord first = Usage.Number(1);
        UsageRecord second = Usage.Number(2);
        UsageRecord again = first with { CostNanoUsd = 999, Tokens = new TokenCounts(9, 9, 9, 9, 9, 9, 9, 9) };

        await store.Usage.AppendAsync([first, again], Cancel);
        await store.Usage.AppendAsync([again, second], Cancel);
        await store.Usage.AppendAsync([again], Cancel);

        Assert.Equal([second, first], await store.Usage.RecentAsync(10, Cancel));
        Same(Usage.Spend([first, second], s_total), await store.Usage.SpendAsync(s_total, Cancel));
    }

    [Fact]
    public async Task Booking_nothing_changes_nothing()
    {
        await using TestStore store = await NewAsync();

        await store.Usage.AppendAsync([], Cancel);

        Assert.Empty(await store.Usage.RecentAsync(10, Cancel));
    }

    [Fact]
    public async Task The_totals_are_the_sums_of_the_records()
    {
        await (await NewAsync()).DisposeAsync(); // Where there is no server for it the test is skipped: within a sample that would be a counterexample.
        await Gen.Select(Usage.Any.Array[0, 60], Gen.Int[1, 20], Gen.Int).SampleAsync(
            async (records, batch, seed) =>
            {
                await using TestStore store = await NewAsync();
                foreach (Budgets.Keys.Key key in Usage.Keys)
                {
                    await store.Keys.AddAsync(key, Cancel);
                }

                // Every third record comes a second time, somewhere.
                UsageRecord[] sent = [.. records, .. records.Where((_, at) => at % 3 == 0)];
                new Random(seed).Shuffle(sent.AsSpan(records.Length / 2));
                foreach (UsageRecord[] chunk in sent.Chunk(batch))
                {
                    await store.Usage.AppendAsync(chunk, Cancel);
                }

                foreach (SpendQuery query in Queries())
                {
                    IReadOnlyList<SpendRow> rows = await store.Usage.SpendAsync(query, Cancel);
                    Same(Usage.Spend(sent, query), query.IsLabelled ? [.. rows.OrderBy(row => string.Join('\n', row.Group), StringComparer.Ordinal)] : rows);
                }
            },
            iter: 25,
            threads: 2);
    }

    [Fact]
    public async Task Records_are_found_by_what_their_callers_said_of_them()
    {
        await using TestStore store = await NewAsync();
        UsageRecord gold = Usage.Number(1) with { EndUser = "u-1", Tags = "product=checkout,tier=gold" };
        UsageRecord silver = Usage.Number(2) with { EndUser = "u-2", Tags = "product=checkout,tier=silver" };
        UsageRecord other = Usage.Number(3) with { Key = Usage.Keys[1].Id, Attribution = Usage.Keys[1].Attribution };
        await store.Usage.AppendAsync([gold, silver, other], Cancel);

        Assert.Equal([gold], await FoundAsync(new UsageSearch { EndUser = "u-1" }));
        Assert.Equal([silver, gold], await FoundAsync(new UsageSearch { Tag = ("product", "checkout") }));
        Assert.Equal([silver], await FoundAsync(new UsageSearch { Tag = ("tier", "silver") }));
        Assert.Empty(await FoundAsync(new UsageSearch { Tag = ("ier", "silver") }));
        Assert.Equal([other], await FoundAsync(new UsageSearch { Words = new Dictionary<UsageWord, string> { [UsageWord.CostCentre] = "CC-4712" } }));

        async Task<IEnumerable<UsageRecord>> FoundAsync(UsageSearch search) => (await store.Usage.SearchAsync(search, Cancel)).Records;
    }

    [Fact]
    public async Task Windows_are_whole_hours_with_both_ends_included()
    {
        await using TestStore store = await NewAsync();
        UsageRecord[] records = [.. Enumerable.Range(0, 5).Select(hour => At(Usage.Start.AddHours(hour).AddMinutes(59), hour))];
        await store.Usage.AppendAsync(records, Cancel);

        IReadOnlyList<SpendRow> rows = await store.Usage.SpendAsync(
            new SpendQuery([SpendDimension.Hour], Usage.Start.AddHours(1).AddMinutes(59).AddSeconds(59), Usage.Start.AddHours(3)), Cancel);

        Assert.Equal(["2026-11-23T11:00Z", "2026-11-23T12:00Z", "2026-11-23T13:00Z"], rows.Select(row => row.Group[0]));
    }

    [Fact]
    public async Task A_day_ends_at_midnight_UTC_whatever_the_offset_of_the_record()
    {
        await using TestStore store = await NewAsync();
        await store.Usage.AppendAsync(
            [
                At(new DateTimeOffset(2026, 11, 24, 1, 30, 0, TimeSpan.FromHours(2)), 1),
                At(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero), 2),
            ],
            Cancel);

        IReadOnlyList<SpendRow> rows = await store.Usage.SpendAsync(new SpendQuery([SpendDimension.Day], Usage.Start), Cancel);

        Assert.Equal(["2026-11-23", "2026-11-24"], rows.Select(row => row.Group[0]));
    }

    [Fact]
    public async Task The_model_is_the_one_served_else_sent_else_asked()
    {
        await using TestStore store = await NewAsync();
        UsageRecord asked = Usage.Number(1) with { ModelAsked = "asked", ModelSent = null, ModelServed = null };
        UsageRecord sent = Usage.Number(2) with { ModelAsked = "asked", ModelSent = "sent", ModelServed = null };
        UsageRecord served = Usage.Number(3) with { ModelAsked = "asked", ModelSent = "sent", ModelServed = "served" };
        await store.Usage.AppendAsync([asked, sent, served], Cancel);

        IReadOnlyList<SpendRow> rows = await store.Usage.SpendAsync(new SpendQuery([SpendDimension.Model], Usage.Start), Cancel);

        Assert.Equal(["asked", "sent", "served"], rows.Select(row => row.Group[0]));
        Assert.All(rows, row => Assert.Equal(1, row.Requests));
    }

    [Fact]
    public async Task No_provider_is_a_group_with_an_empty_name()
    {
        await using TestStore store = await NewAsync();
        await store.Usage.AppendAsync([Usage.Number(1), Usage.Number(2) with { Provider = null }, Usage.Number(3) with { Provider = null }], Cancel);

        IReadOnlyList<SpendRow> rows = await store.Usage.SpendAsync(new SpendQuery([SpendDimension.Provider], Usage.Start), Cancel);

        Assert.Equal([("", 2L), ("openai", 1L)], rows.Select(row => (row.Group[0], row.Requests)));
    }

    [Fact]
    public async Task Only_the_dimensions_there_are_can_be_asked_for()
    {
        await using TestStore store = await NewAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => store.Usage.SpendAsync(new SpendQuery([(SpendDimension)99], Usage.Start), Cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => store.Usage.SpendAsync(new SpendQuery([.. Enumerable.Repeat(SpendDimension.Team, 99)], Usage.Start), Cancel));
    }

    [Fact]
    public async Task Records_and_totals_survive_a_restart_and_go_on()
    {
        await using TestStore store = await NewAsync();
        UsageRecord[] records = [.. Enumerable.Range(0, 20).Select(Usage.Number)];
        await store.Usage.AppendAsync(records[..12], Cancel);

        await store.RestartAsync();
        await store.Usage.AppendAsync(records[8..], Cancel);

        Assert.Equal(records.Reverse(), await store.Usage.RecentAsync(1000, Cancel));
        Same(Usage.Spend(records, s_total), await store.Usage.SpendAsync(s_total, Cancel));
    }

    [Theory]
    [MemberData(nameof(Hostile.Texts), MemberType = typeof(Hostile))]
    public async Task Text_that_looks_like_SQL_is_kept_as_text(string text)
    {
        await using TestStore store = await NewAsync();
        UsageRecord record = Usage.Number(1) with
        {
            Protocol = text,
            Route = text,
            ModelAsked = text,
            ModelSent = text,
            ModelServed = text,
            Provider = text,
            Region = text,
            ErrorCode = text,
            StopReason = text,
        };
        UsageRecord bystander = Usage.Number(2);

        await store.Usage.AppendAsync([record, bystander], Cancel);
        IReadOnlyList<SpendRow> rows = await store.Usage.SpendAsync(new SpendQuery([SpendDimension.Model], Usage.Start), Cancel);

        Assert.Equal([bystander, record], await store.Usage.RecentAsync(10, Cancel));
        Assert.Contains(text, rows.Select(row => row.Group[0]));
    }

    [Fact]
    public async Task Sixty_four_callers_append_at_once()
    {
        await using TestStore store = await NewAsync();
        UsageRecord[] records = [.. Enumerable.Range(0, 64 * 15).Select(Usage.Number)];

        await Task.WhenAll(records.Chunk(15).Select(mine => Task.Run(
            async () =>
            {
                foreach (UsageRecord[] chunk in mine.Chunk(4))
                {
                    await store.Usage.AppendAsync(chunk, Cancel);
                    await store.Usage.SpendAsync(s_total, Cancel);
                }
            },
            Cancel)));

        Assert.Equal(records.Reverse(), await store.Usage.RecentAsync(1000, Cancel));
        Same(Usage.Spend(records, s_total), await store.Usage.SpendAsync(s_total, Cancel));
    }

    [Fact]
    public async Task A_batch_that_cannot_be_booked_leaves_nothing_and_takes_no_other_with_it()
    {
        await using TestStore store = await NewAsync();
        UsageRecord[] sound = [.. Enumerable.Range(0, 20).Select(Usage.Number)];
        UsageRecord[] unsound =
        [
            Usage.Number(100) with { CostNanoUsd = long.MaxValue, ModelServed = "new-name" },
            Usage.Number(101) with { CostNanoUsd = long.MaxValue, ModelServed = "new-name" },
        ];

        Task[] appends = [.. sound.Select(record => store.Usage.AppendAsync([record], Cancel))];
        await Assert.ThrowsAnyAsync<Exception>(() => store.Usage.AppendAsync(unsound, Cancel));
        await Task.WhenAll(appends);
        UsageRecord after = Usage.Number(102) with { ModelServed = "new-name" };
        await store.Usage.AppendAsync([after], Cancel);

        Assert.Equal([after, .. sound.Reverse()], await store.Usage.RecentAsync(1000, Cancel));
        Same(Usage.Spend([after, .. sound], s_total), await store.Usage.SpendAsync(s_total, Cancel));
    }

    [Fact]
    public async Task Outcomes_are_counted_by_version_pin_and_day()
    {
        await using TestStore store = await NewAsync();
        DateTimeOffset tomorrow = Usage.Start.AddDays(1);
        UsageRecord[] records =
        [
            Contracted(Usage.Start, 1, "invoice@1", "native"),
            Contracted(Usage.Start, 2, "invoice@1", "native") with { ModelServed = "dated" },
            Contracted(Usage.Start, 3, "invoice@1", "repaired") with { Repairs = 2, RepairCostNanoUsd = 40 },
            Contracted(Usage.Start, 4, "invoice@1", "repaired") with { Repairs = 1, RepairCostNanoUsd = null },
            Contracted(Usage.Start, 5, "invoice@2", "violated") with { Provider = "gemini", ModelSent = "flash" },
            Contracted(tomorrow, 6, "invoice@2", "enforced"),
            Contracted(tomorrow, 7, "invoice@2", "refused") with { Provider = null, ModelSent = null },
            Contracted(tomorrow, 8, "invoice@2", null!), // Denied before there was an answer.
            Contracted(tomorrow, 9, "invoice-line@1", "native"),
            Contracted(tomorrow, 10, "inline", "blank"),
            Usage.Number(11) with { ModelAsked = "invoice" },
        ];
        await store.Usage.AppendAsync(records, Cancel);

        Assert.Equal(
            [
                new ContractOutcomeRow("invoice@1", "2026-11-23", "openai", "gpt-5.6-sol", "native", 2, 0, 0),
                new ContractOutcomeRow("invoice@1", "2026-11-23", "openai", "gpt-5.6-sol", "repaired", 2, 3, 40),
                new ContractOutcomeRow("invoice@2", "2026-11-23", "gemini", "flash", "violated", 1, 0, 0),
                new ContractOutcomeRow("invoice@2", "2026-11-24", "", "gpt-5.6-sol", "refused", 1, 0, 0),
                new ContractOutcomeRow("invoice@2", "2026-11-24", "openai", "gpt-5.6-sol", "enforced", 1, 0, 0),
            ],
            await store.Usage.ContractOutcomesAsync("invoice", DateTimeOffset.UnixEpoch, Cancel));
        Assert.Equal(["blank"], (await store.Usage.ContractOutcomesAsync("inline", Usage.Start, Cancel)).Select(row => row.Outcome));
        Assert.Empty(await store.Usage.ContractOutcomesAsync("invoice@1", Usage.Start.AddDays(9), Cancel));
        Assert.Empty(await store.Usage.ContractOutcomesAsync("voice", Usage.Start, Cancel));
    }

    [Fact]
    public async Task Outcomes_begin_at_the_moment_that_is_named()
    {
        await using TestStore store = await NewAsync();
        await store.Usage.AppendAsync([.. Enumerable.Range(0, 5).Select(second => Contracted(Usage.Start.AddSeconds(second), second, "invoice@1", "native"))], Cancel);

        Assert.Equal(2, Assert.Single(await store.Usage.ContractOutcomesAsync("invoice", Usage.Start.AddSeconds(3), Cancel)).Requests);
        Assert.Equal(1, Assert.Single(await store.Usage.ContractOutcomesAsync("invoice", Usage.Start.AddSeconds(3).AddMilliseconds(1), Cancel)).Requests);
    }

    [Theory]
    [MemberData(nameof(Hostile.Texts), MemberType = typeof(Hostile))]
    public async Task A_contract_that_looks_like_SQL_is_a_name(string text)
    {
        await using TestStore store = await NewAsync();
        UsageRecord record = Contracted(Usage.Start, 1, text + "@1", text) with { ContractSchema = text, Mended = text };

        await store.Usage.AppendAsync([record], Cancel);

        Assert.Equal([record], await store.Usage.RecentAsync(10, Cancel));
        Assert.Equal(text, Assert.Single(await store.Usage.ContractOutcomesAsync(text, Usage.Start, Cancel)).Outcome);
    }

    [Fact]
    public async Task A_search_reads_newest_first_page_by_page_and_passes_over_what_does_not_match()
    {
        await using TestStore store = await NewAsync();
        UsageRecord[] records =
        [
            .. Enumerable.Range(0, 25).Select(i => At(Usage.Start.AddMinutes(i), i) with
            {
                Attribution = new Budgets.Keys.Attribution(i % 2 == 0 ? "search" : "ads", "answers", "dev"),
                Channel = i % 3 == 0 ? "support" : null,
                Trail = i == 24 ? [new AttemptRecord("openai", "gpt-5.4-mini", "answered", 200, TimeSpan.FromMilliseconds(5), 42)] : [],
            }),
        ];
        await store.Usage.AppendAsync(records, Cancel);
        UsageSearch search = new() { Limit = 2, Words = new Dictionary<UsageWord, string> { [UsageWord.Team] = "search", [UsageWord.Channel] = "support" } };

        List<Guid> read = [];
        UsageSearchPage page;
        do
        {
            page = await store.Usage.SearchAsync(search, Cancel);
            read.AddRange(page.Records.Select(record => record.Request));
            Assert.InRange(page.Records.Count, 0, 2);
            search = search with { Before = page.Next };
        }
        while (page.Next is not null);

        Assert.Equal(((int[])[24, 18, 12, 6, 0]).Select(i => records[i].Request), read);
        Assert.Equal(records[24].Trail, (await store.Usage.SearchAsync(new UsageSearch { Limit = 1 }, Cancel)).Records.Single().Trail);
        Assert.Equal(records[24].Trail, await store.Usage.TrailAsync(records[24].Request, Cancel));
        Assert.Empty(await store.Usage.TrailAsync(records[23].Request, Cancel));
    }

    [Fact]
    public async Task A_search_takes_a_span_of_time_and_an_outcome_and_every_word()
    {
        await using TestStore store = await NewAsync();
        UsageRecord sought = Usage.Number(1) with
        {
            Provider = "openai",
            ModelAsked = "asked",
            Channel = "support",
            Release = "rel_1",
            ErrorCode = "limit_spent",
            Contract = "invoice@1",
            ContractSchema = "sch_1",
            ContractOutcome = "native",
            Outcome = Outcome.Denied,
        };
        await store.Usage.AppendAsync([sought, Usage.Number(2) with { Outcome = Outcome.Completed }], Cancel);

        Assert.Equal([sought.Request], await FindAsync(new UsageSearch { Outcome = Outcome.Denied }));
        Assert.Equal([sought.Request], await FindAsync(new UsageSearch { Since = sought.At, Until = sought.At.AddMilliseconds(1) }));
        foreach ((UsageWord word, string text) in (IEnumerable<(UsageWord, string)>)
        [
            (UsageWord.Team, sought.Attribution.Team), (UsageWord.Feature, sought.Attribution.Feature), (UsageWord.Environment, sought.Attribution.Environment), (UsageWord.Key, sought.Key.ToString()),
            (UsageWord.Provider, "openai"), (UsageWord.ModelAsked, "asked"), (UsageWord.Channel, "support"), (UsageWord.Release, "rel_1"), (UsageWord.ErrorCode, "limit_spent"), (UsageWord.ContractOutcome, "native"),
        ])
        {
            Assert.Contains(sought.Request, await FindAsync(new UsageSearch { Words = new Dictionary<UsageWord, string> { [word] = text } }));
            Assert.Empty(await FindAsync(new UsageSearch { Words = new Dictionary<UsageWord, string> { [word] = "nobody" } }));
        }

        async Task<IEnumerable<Guid>> FindAsync(UsageSearch search) => (await store.Usage.SearchAsync(search, Cancel)).Records.Select(record => record.Request);
    }

    [Theory]
    [MemberData(nameof(Hostile.Texts), MemberType = typeof(Hostile))]
    public async Task A_search_for_what_looks_like_SQL_is_for_a_name(string text)
    {
        await using TestStore store = await NewAsync();
        await store.Usage.AppendAsync([Usage.Number(1) with { ModelAsked = text }, Usage.Number(2)], Cancel);

        UsageSearchPage page = await store.Usage.SearchAsync(new UsageSearch { Words = new Dictionary<UsageWord, string> { [UsageWord.ModelAsked] = text } }, Cancel);

        Assert.Equal(text, Assert.Single(page.Records).ModelAsked);
    }

    [Fact]
    public async Task A_search_that_hardly_anything_matches_looks_through_so_many_and_goes_on_from_there()
    {
        await using TestStore store = await NewAsync();
        UsageRecord[] records = [.. Enumerable.Range(0, UsageSearch.MaxScanned + 5).Select(i => At(Usage.Start.AddSeconds(i), 1) with { Outcome = i == 2 ? Outcome.Denied : Outcome.Completed })];
        foreach (UsageRecord[] chunk in records.Chunk(1_000))
        {
            await store.Usage.AppendAsync(chunk, Cancel);
        }

        UsageSearchPage first = await store.Usage.SearchAsync(new UsageSearch { Outcome = Outcome.Denied }, Cancel);
        UsageSearchPage second = await store.Usage.SearchAsync(new UsageSearch { Outcome = Outcome.Denied, Before = first.Next }, Cancel);

        Assert.Empty(first.Records);
        Assert.Equal(records[5].Request, first.Next);
        Assert.Equal(records[2].Request, Assert.Single(second.Records).Request);
        Assert.Null(second.Next);
    }

    protected abstract Task<TestStore> NewAsync();

    private static UsageRecord Contracted(DateTimeOffset at, int number, string contract, string outcome) =>
        At(at, number) with { Contract = contract, ContractSchema = "sch_1", ContractOutcome = outcome };

    private static IEnumerable<SpendQuery> Queries()
    {
        yield return s_total;
        foreach (SpendDimension dimension in Enum.GetValues<SpendDimension>())
        {
            yield return new SpendQuery([dimension], DateTimeOffset.MinValue) { Tag = "product" };
        }

        yield return new SpendQuery([SpendDimension.Team, SpendDimension.Feature, SpendDimension.Environment], Usage.Start);
        yield return new SpendQuery([SpendDimension.Day, SpendDimension.Provider, SpendDimension.Model], Usage.Start.AddHours(5));
        yield return new SpendQuery([SpendDimension.Key, SpendDimension.Hour], Usage.Start.AddHours(3), Usage.Start.AddHours(9).AddMinutes(30));
        yield return new SpendQuery(Enum.GetValues<SpendDimension>(), DateTimeOffset.MinValue, DateTimeOffset.MaxValue) { Tag = "tier" };
        yield return new SpendQuery([SpendDimension.CostCentre, SpendDimension.Team], Usage.Start.AddHours(3)) { Where = new Dictionary<SpendDimension, string> { [SpendDimension.CostCentre] = "CC-4711" } };
        yield return new SpendQuery([SpendDimension.Team], Usage.Start.AddHours(3)) { Where = new Dictionary<SpendDimension, string> { [SpendDimension.CostCentre] = "" } };
        yield return new SpendQuery([SpendDimension.Team, SpendDimension.Tag], Usage.Start.AddHours(3), Usage.Start.AddHours(20)) { Tag = "product", Where = new Dictionary<SpendDimension, string> { [SpendDimension.EndUser] = "o'hara@example.com" } };
        yield return new SpendQuery([SpendDimension.Hour], Usage.Start.AddHours(3)) { Tagged = ("tier", "gold") };
        yield return new SpendQuery([], Usage.Start) { Tagged = ("product", "check") };
        foreach ((SpendDimension dimension, string value) in (IEnumerable<(SpendDimension, string)>)
        [
            (SpendDimension.Team, Usage.Number(1).Attribution.Team), (SpendDimension.Feature, Usage.Number(1).Attribution.Feature), (SpendDimension.Environment, Usage.Number(1).Attribution.Environment),
            (SpendDimension.Model, Usage.Number(1).ModelServed ?? Usage.Number(1).ModelAsked), (SpendDimension.Provider, ""), (SpendDimension.Provider, "openai"), (SpendDimension.Provider, "nobody"), (SpendDimension.Key, Usage.Number(1).Key.ToString()),
        ])
        {
            yield return new SpendQuery([SpendDimension.Feature, SpendDimension.Provider], Usage.Start.AddHours(2)) { Where = new Dictionary<SpendDimension, string> { [dimension] = value } };
            yield return new SpendQuery([SpendDimension.Hour], Usage.Start.AddHours(2)) { Where = new Dictionary<SpendDimension, string> { [dimension] = value, [SpendDimension.Team] = Usage.Number(1).Attribution.Team } };
        }
    }

    private static UsageRecord At(DateTimeOffset at, int number) =>
        Usage.Number(number) with { Request = Guid.CreateVersion7(at), At = at };

    // A group is a list, which records compare by reference; its text is what counts.
    private static void Same(IEnumerable<SpendRow> expected, IEnumerable<SpendRow> actual) => Assert.Equal(
        expected.Select(row => (string.Join('|', row.Group), row with { Group = [] })),
        actual.Select(row => (string.Join('|', row.Group), row with { Group = [] })));
}
