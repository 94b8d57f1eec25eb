using Causeway.Shadow.Import;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IShadowStore"/> promises, whatever the engine.</summary>
public abstract class ShadowStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, 123, TimeSpan.Zero);
    private static readonly DateOnly s_day = new(2026, 11, 20);
    private int _imports;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_store_holds_nothing()
    {
        await using TestStore store = await NewAsync();

        Assert.Empty(await store.Shadow.ListAsync(Cancel));
        Assert.Empty(await store.Shadow.ClaimsAsync(Cancel));
        Assert.Empty(await LinesAsync(store));
        Assert.Null(await store.Shadow.FindAsync([1], "", Cancel));
        Assert.False(await store.Shadow.RemoveAsync(new ClaimSubject("openai", "", "", ""), Cancel));
        Assert.Equal(0, await store.Shadow.DropStaleAsync(s_now, Cancel));
    }

    [Fact]
    public async Task Every_field_comes_back_as_it_went_in()
    {
        await using TestStore store = await NewAsync();
        UsageLine full = new(new UsageKey(s_day, "openai", "org-\\1", "proj\"x\"", "key_1", "mi'ra", "gpt", "eu", "input, 日本", "USD"), new UsageSum(1, long.MaxValue, 3, 4, 5, -6));
        UsageLine bare = new(new UsageKey(s_day, "openai", "org-\\1", "", "", "", "", "", "", ""), new UsageSum(0, 0, 0, 0, 0, null));

        ShadowImport import = await ImportAsync(store, full, bare);
        await store.RestartAsync();

        Assert.Equal([full, bare], await LinesAsync(store));
        ShadowImport kept = Assert.Single(await store.Shadow.ListAsync(Cancel));
        Assert.Equal(import with { Digest = [] }, kept with { Digest = [] });
        Assert.Equal(import.Digest, kept.Digest);
    }

    [Fact]
    public async Task What_is_staged_is_not_seen_before_it_is_applied()
    {
        await using TestStore store = await NewAsync();
        await store.Shadow.StageAsync(Guid.CreateVersion7(s_now), "openai_cost", 0, [Line("a")], Cancel);

        Assert.Empty(await LinesAsync(store));
        Assert.Empty(await store.Shadow.ListAsync(Cancel));
    }

    [Fact]
    public async Task A_later_import_takes_the_place_of_the_days_and_projects_that_it_names_and_of_no_others()
    {
        await using TestStore store = await NewAsync();
        await ImportAsync(store, Line("a", cost: 1), Line("a", day: 1, cost: 2), Line("b", cost: 4));

        await ImportAsync(store, Line("a", cost: 16), Line("c", cost: 8));

        Assert.Equal([2, 4, 8, 16], (await LinesAsync(store)).Select(line => line.Sum.CostNano!.Value).Order());
    }

    [Fact]
    public async Task Without_projects_it_takes_the_place_of_all_of_the_day_and_the_other_way_round()
    {
        await using TestStore store = await NewAsync();
        await ImportAsync(store, Line("a", cost: 1), Line("b", cost: 2), Line("b", day: 1, cost: 4));

        await ImportAsync(store, Line("", cost: 3));
        Assert.Equal([3, 4], (await LinesAsync(store)).Select(line => line.Sum.CostNano!.Value).Order());

        await ImportAsync(store, Line("a", cost: 1), Line("b", cost: 2));
        Assert.Equal([1, 2, 4], (await LinesAsync(store)).Select(line => line.Sum.CostNano!.Value).Order());
    }

    [Fact]
    public async Task Kinds_of_exports_and_accounts_do_not_take_each_others_place()
    {
        await using TestStore store = await NewAsync();
        await ImportAsync(store, Line("a", cost: 1));
        await ImportAsync(store, "openai_usage", Line("a"));
        await ImportAsync(store, Line("a", account: "org-2", cost: 2));

        Assert.Equal(3, (await LinesAsync(store)).Count);
    }

    [Fact]
    public async Task A_file_is_known_as_long_as_all_that_it_said_stands()
    {
        await using TestStore store = await NewAsync();
        ShadowImport first = await ImportAsync(store, Line("a", cost: 1), Line("a", day: 1, cost: 2));

        Assert.Equal(first.Id, (await store.Shadow.FindAsync(first.Digest, first.Account, Cancel))!.Id);
        Assert.Null(await store.Shadow.FindAsync(first.Digest, "another", Cancel));

        await ImportAsync(store, Line("a", day: 1, cost: 5));
        Assert.Null(await store.Shadow.FindAsync(first.Digest, first.Account, Cancel));
    }

    [Fact]
    public async Task Pages_hold_every_line_once()
    {
        await using TestStore store = await NewAsync();
        UsageLine[] lines = [.. Enumerable.Range(0, 25).Select(i => Line("a", day: i, cost: i))];
        await ImportAsync(store, lines[..12]);
        await ImportAsync(store, lines[12..]);

        List<long> seen = [];
        LineRange range = new LineRange(s_day.AddDays(2), s_day.AddDays(20)) { Limit = 4 };
        while (true)
        {
            IReadOnlyList<StandingLine> page = await store.Shadow.PageAsync(range, Cancel);
            seen.AddRange(page.Select(one => one.Line.Sum.CostNano!.Value));
            if (page.Count < range.Limit)
            {
                break;
            }

            range = range with { AfterImport = page[^1].Import, AfterNumber = page[^1].Number };
        }

        Assert.Equal(Enumerable.Range(2, 18).Select(i => (long)i), seen.Order());
    }

    [Fact]
    public async Task What_nobody_sees_is_dropped_and_what_is_being_staged_is_not()
    {
        await using TestStore store = await NewAsync();
        await ImportAsync(store, Line("a", cost: 1), Line("b", cost: 2));
        await ImportAsync(store, Line("a", cost: 3));
        await store.Shadow.StageAsync(Guid.CreateVersion7(s_now.AddHours(-3)), "openai_cost", 0, [Line("x")], Cancel);
        await store.Shadow.StageAsync(Guid.CreateVersion7(s_now), "openai_cost", 0, [Line("x")], Cancel);

        Assert.Equal(2, await store.Shadow.DropStaleAsync(s_now.AddHours(-1), Cancel));
        Assert.Equal(0, await store.Shadow.DropStaleAsync(s_now.AddHours(-1), Cancel));
        Assert.Equal([2, 3], (await LinesAsync(store)).Select(line => line.Sum.CostNano!.Value).Order());
    }

    [Fact]
    public async Task A_claim_takes_the_place_of_one_on_the_same_and_can_be_taken_back()
    {
        await using TestStore store = await NewAsync();
        ClaimSubject key = new("openai", "org-1", "proj_1", "key_1");
        ShadowClaim own = new(new ClaimSubject("openai", "", "", ""), null, "openai", "ours", "admin", s_now);

        await store.Shadow.PutAsync(new ShadowClaim(key, "search", null, null, "mira", s_now), Cancel);
        await store.Shadow.PutAsync(new ShadowClaim(key, "answers", null, "moved", "noor", s_now.AddDays(1)), Cancel);
        await store.Shadow.PutAsync(own, Cancel);
        await store.RestartAsync();

        Assert.Equal([own, new ShadowClaim(key, "answers", null, "moved", "noor", s_now.AddDays(1))], await store.Shadow.ClaimsAsync(Cancel));
        Assert.True(await store.Shadow.RemoveAsync(key, Cancel));
        Assert.Equal([own], await store.Shadow.ClaimsAsync(Cancel));
    }

    protected abstract Task<TestStore> NewAsync();

    private static UsageLine Line(string project, int day = 0, string account = "org-1", long? cost = null) => new(
        new UsageKey(s_day.AddDays(day), "openai", account, project, "", "", "", "", "", cost is null ? "" : "USD"), new UsageSum(1, 10, 0, 5, 0, cost));

    private static async Task<List<UsageLine>> LinesAsync(TestStore store) =>
        [.. (await store.Shadow.PageAsync(new LineRange(new DateOnly(2000, 1, 1), new DateOnly(2100, 1, 1)), Cancel)).Select(one => one.Line)];

    private Task<ShadowImport> ImportAsync(TestStore store, params UsageLine[] lines) => ImportAsync(store, "openai_cost", lines);

    private async Task<ShadowImport> ImportAsync(TestStore store, string format, params UsageLine[] lines)
    {
        DateTimeOffset at = s_now.AddSeconds(++_imports);
        ImportWindow[] windows = [.. lines.Select(line => new ImportWindow(line.Key.Vendor, line.Key.Account, line.Key.Project, line.Key.Day)).Distinct()];
        ShadowImport import = new(
            Guid.CreateVersion7(at), at, "mira", format, $"file {_imports}.csv", [1, 2, (byte)_imports], "", lines.Length, lines.Length, lines.Min(line => line.Key.Day), lines.Max(line => line.Key.Day), windows.Length);
        await store.Shadow.StageAsync(import.Id, format, 0, lines[..1], Cancel);
        await store.Shadow.StageAsync(import.Id, format, 1, lines[1..], Cancel);
        await store.Shadow.ApplyAsync(import, windows, Cancel);
        return import;
    }
}
