using Causeway.Budgets.Ledger;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Conformance;

public sealed class ProbeRunTests
{
    private const string Gpt = "gpt-5.4-mini";
    private const string Claude = "claude-sonnet-4-6";

    [Theory]
    [InlineData("openai", Gpt, "maximum", ProbeVerdict.Enforced)]
    [InlineData("openai", Gpt, "optional_property", ProbeVerdict.Rejected)]
    [InlineData("openai", Gpt, "unique_items", ProbeVerdict.Rejected)]
    [InlineData("openai", Gpt, "recursive_tree", ProbeVerdict.Enforced)]
    [InlineData("openai", Gpt, "nesting_11", ProbeVerdict.Rejected)]
    [InlineData("anthropic", Claude, "maximum", ProbeVerdict.Rejected)]
    [InlineData("anthropic", Claude, "optional_property", ProbeVerdict.Enforced)]
    [InlineData("anthropic", Claude, "recursive_tree", ProbeVerdict.Rejected)]
    [InlineData("anthropic", Claude, "optionals_26", ProbeVerdict.Rejected)]
    [InlineData("gemini", "gemini-2.5-flash", "maximum", ProbeVerdict.Enforced)]
    [InlineData("gemini", "gemini-2.5-flash", "not", ProbeVerdict.Ignored)]
    [InlineData("gemini", "gemini-2.5-flash", "max_length", ProbeVerdict.Ignored)]
    public async Task A_probe_shows_what_a_dialect_does_with_a_feature(string provider, string model, string probe, ProbeVerdict verdict)
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();

        IReadOnlyList<ProbeVerdict> verdicts = await house.VerdictsAsync(house.Pin(provider, model), "basic", probe);

        Assert.Equal([ProbeVerdict.Enforced, verdict], verdicts);
    }

    [Theory]
    [InlineData("openai", Gpt)]
    [InlineData("anthropic", Claude)]
    [InlineData("gemini", "gemini-3-pro")]
    [InlineData("bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0")]
    public async Task Exchanges_are_read_in_every_protocol_streamed_ones_too(string provider, string model)
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();

        IReadOnlyList<ProbeVerdict> verdicts = await house.VerdictsAsync(house.Pin(provider, model), "streamed", "truncation", "non_ascii", "big_integer", "min_items");

        Assert.Equal([ProbeVerdict.Enforced, ProbeVerdict.Enforced, ProbeVerdict.Enforced, ProbeVerdict.Enforced, ProbeVerdict.Enforced], verdicts);
    }

    [Fact]
    public async Task A_tool_beside_the_schema_is_no_hindrance_where_both_are_taken()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();

        Assert.Equal([ProbeVerdict.Enforced], await house.VerdictsAsync(house.Pin("anthropic", Claude), "with_tools"));
    }

    [Fact]
    public async Task The_order_of_keys_is_told_with_the_order_that_was_seen()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();

        ProbeRun run = await house.RunAsync(house.Plan(house.Pin("anthropic", Claude), "key_order"));

        Measurement measured = Assert.Single(run.Results).Measurement;
        Assert.Equal((ProbeVerdict.Ignored, "required members first, then optional ones"), (measured.Verdict, measured.Detail));
    }

    [Fact]
    public async Task A_probe_leaves_a_usage_record_for_Causeways_own_account_and_a_measurement()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();

        ProbeRun run = await house.RunAsync(house.Plan(house.Pin("openai", Gpt), "maximum"));
        await house.Recorder.FlushAsync(GatewayHouse.Token);

        UsageRecord record = Assert.Single(house.Books.Records);
        Assert.Equal(("causeway", "dialect-probe", "eval"), (record.Attribution.Team, record.Attribution.Feature, record.Attribution.Environment));
        Assert.Equal((Outcome.Completed, UsageSource.Provider, "openai", Gpt), (record.Outcome, record.Source, record.Provider, record.ModelSent));
        Assert.True(record.CostNanoUsd > 0);
        Assert.Equal(record.CostNanoUsd, run.Results.Sum(result => result.CostNanoUsd ?? 0));
        Measurement kept = Assert.Single(house.Store.Kept);
        Assert.Equal(("openai", Gpt, "openai", "maximum"), (kept.Provider, kept.Model, kept.Dialect, kept.Probe));
        Assert.Equal(64, kept.ReplyDigest!.Length);
        Assert.Same(house.Measured.Latest.Find("openai", Gpt, "maximum"), kept);
        Assert.Equal(ProbeRunState.Completed, run.State);
    }

    [Fact]
    public async Task No_call_is_made_that_could_go_beyond_the_bound_in_money()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        ProbePlan plan = house.Plan(house.Pin("openai", Gpt), "basic", "maximum", "pattern");
        long all = Assert.Single(plan.Estimate(DateTimeOffset.UnixEpoch.AddYears(57))).NanoUsd!.Value;

        ProbeRun none = await house.RunAsync(plan with { MaxNanoUsd = 1 });
        ProbeRun whole = await house.RunAsync(plan with { MaxNanoUsd = all });

        Assert.Equal((ProbeRunState.Bounded, 0), (none.State, none.Results.Count));
        Assert.Equal((ProbeRunState.Completed, 3), (whole.State, whole.Results.Count));
        Assert.InRange(whole.Results.Sum(result => result.CostNanoUsd ?? 0), 1, all);
    }

    [Fact]
    public async Task An_estimate_says_calls_and_tokens_and_what_is_unpriced()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        ProbePlan plan = house.Plan(house.Pin("openai", "nobody-knows-it"), "basic", "cache_latency", "truncation");

        ProbeEstimate estimate = Assert.Single(plan.Estimate(DateTimeOffset.UnixEpoch));

        Assert.Equal((4, (3 * Probe.MaxOutputTokens) + Probe.TruncatedOutputTokens, (long?)null), (estimate.Calls, estimate.OutputTokens, estimate.NanoUsd));
        Assert.True(estimate.InputTokens > 4 * 600);
    }

    [Fact]
    public async Task A_provider_in_trouble_tells_nothing_and_takes_nothing_away()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        ProbePin pin = house.Pin("openai", Gpt);
        await house.VerdictsAsync(pin, "maximum");
        await house.House.Simulator.ScriptAsync("""{"status":503}""");

        ProbeRun run = await house.RunAsync(house.Plan(pin, "maximum"));

        Assert.Equal(ProbeVerdict.Inconclusive, Assert.Single(run.Results).Measurement.Verdict);
        Assert.Equal(ProbeVerdict.Enforced, house.Measured.Latest.Find("openai", Gpt, "maximum")!.Verdict);
        Assert.Single(house.Store.Kept);
        Assert.Equal(4, (await house.House.Simulator.RequestsAsync()).Count); // One, and three of the one that failed.
    }

    [Fact]
    public async Task A_run_can_be_cancelled_and_there_is_one_at_a_time()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        await house.House.Simulator.ScriptAsync("""{"first_byte_delay_ms":60000}""");
        ProbePlan plan = house.Plan(house.Pin("openai", Gpt), "basic");
        Assert.True(house.Runs.TryStart(plan, out ProbeRun run));

        bool second = house.Runs.TryStart(plan, out ProbeRun same);
        house.Runs.Cancel(run);
        await run.Over.Soon();

        Assert.False(second);
        Assert.Same(run, same);
        Assert.Equal(ProbeRunState.Cancelled, run.State);
        Assert.NotNull(run.EndedAt);
        Assert.True(house.Runs.TryFind(run.Id, out _));
    }

    [Fact]
    public async Task Models_of_several_providers_are_probed_in_one_run()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        ProbePlan plan = new([house.Pin("openai", Gpt), house.Pin("anthropic", Claude)], [ProbeSet.Find("basic")!], ProbePlan.DefaultMaxNanoUsd);

        ProbeRun run = await house.RunAsync(plan);

        Assert.Equal(2, run.Total);
        Assert.Equal(["anthropic", "openai"], run.Results.Select(result => result.Measurement.Dialect).Order());
    }
}
