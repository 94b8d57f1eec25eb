using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Registry;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Shape;
using Causeway.Releases.Channels;

namespace Causeway.Gateway.Tests.Conformance;

/// <summary>A contract is tried on the pins of a channel, and each pin says whether it may serve.</summary>
public sealed class ContractTesterTests
{
    private const string Gpt = "openai/gpt-5.4-mini";
    private const string Claude = "anthropic/claude-sonnet-4-6";
    private const string Gemini = "gemini/gemini-2.5-flash";
    private const string Wrong = """{"text":"{\"city\":7}"}""";
    private const string WrongAtClaude = """{"rules":[{"match":{"vendor":"anthropic"},"then":{"text":"{\"city\":7}"}}]}""";

    [Fact]
    public async Task Pins_that_keep_the_contract_may_serve_and_every_prompt_is_booked_for_Causeway_itself()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();

        ContractTestResult result = await TestAsync(house, Channels.New("c", [Gpt, Claude, Gemini]));
        await house.Recorder.FlushAsync(GatewayHouse.Token);

        Assert.Equal([Gpt, Claude, Gemini], result.Pins.Select(pin => pin.Pin));
        Assert.Equal(["openai", "anthropic", "gemini"], result.Pins.Select(pin => pin.Dialect));
        Assert.All(result.Pins, pin => Assert.Equal((null, 3, (Carrier?)Carrier.Format), (pin.WhyNot, pin.Prompts.Count(prompt => prompt is { Outcome: "native", Attempts: 1, Repairs: 0, Message: null }), pin.Carrier)));
        Assert.All(result.Pins, pin => Assert.Contains("basic: never measured", pin.Missing));
        Assert.False(result.IsBounded);
        Assert.Equal(9, house.Books.Records.Count);
        UsageRecord first = house.Books.Records[0];
        Assert.Equal(("causeway", "contract-test", "eval"), (first.Attribution.Team, first.Attribution.Feature, first.Attribution.Environment));
        Assert.Equal(("city@1", "native", 0, "c", "gpt-5.4-mini"), (first.Contract, first.ContractOutcome, first.Repairs, first.Channel, first.ModelSent));
        Assert.StartsWith("sch_", first.ContractSchema, StringComparison.Ordinal);
        Assert.Equal((Outcome.Completed, 200, UsageSource.Provider), (first.Outcome, first.Status, first.Source));
        Assert.All(house.Books.Records, record => Assert.True(record.CostNanoUsd > 0));
        Assert.Equal(house.Books.Records.Sum(record => record.CostNanoUsd), result.Pins.SelectMany(pin => pin.Prompts).Sum(prompt => prompt.CostNanoUsd));
        JsonElement bill = await house.House.Simulator.BillAsync();
        Assert.Equal(9, bill.GetProperty("requests").GetInt32());
    }

    [Fact]
    public async Task A_pin_that_always_breaks_the_contract_is_found_and_the_others_are_not_held_for_it()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        await house.House.Simulator.PutAsync(WrongAtClaude);

        ContractTestResult result = await TestAsync(house, Channels.New("c", [Gpt, Claude]), prompts: ["One", "Two"]);
        await house.Recorder.FlushAsync(GatewayHouse.Token);

        Assert.Equal([true, false], result.Pins.Select(pin => pin.WhyNot is null));
        TestedPrompt broken = result.Pins[1].Prompts[0];
        Assert.Equal(("violated", 2, 1), (broken.Outcome, broken.Attempts, broken.Repairs));
        Assert.StartsWith("/city: ", broken.Message, StringComparison.Ordinal);
        Assert.Equal($"violated: {broken.Message}", result.Pins[1].WhyNot);
        UsageRecord record = house.Books.Records.First(record => record.Provider == "anthropic");
        Assert.Equal((Outcome.Failed, 502, "contract_violated", "violated", 1, 2), (record.Outcome, record.Status, record.ErrorCode, record.ContractOutcome, record.Repairs, record.Attempts));
        Assert.Equal(broken.CostNanoUsd, record.CostNanoUsd);
        Assert.Equal((2, record.CostNanoUsd), (record.Trail.Count, record.Trail.Sum(step => step.CostNanoUsd)));
        Assert.True(record.RepairCostNanoUsd < record.CostNanoUsd);
    }

    [Fact]
    public async Task An_answer_that_is_wrong_once_is_repaired_as_callers_would_have_it()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        await house.House.Simulator.ScriptEachAsync([Wrong]);

        ContractTestResult result = await TestAsync(house, Channels.New("c", [Gpt]), prompts: ["One", "Two"]);
        await house.Recorder.FlushAsync(GatewayHouse.Token);

        Assert.Equal([("repaired", 2, 1), ("native", 1, 0)], result.Pins[0].Prompts.Select(prompt => (prompt.Outcome, prompt.Attempts, prompt.Repairs)));
        Assert.Null(result.Pins[0].WhyNot);
        UsageRecord record = house.Books.Records[0];
        Assert.Equal(("repaired", 1, 2, Outcome.Completed), (record.ContractOutcome, record.Repairs, record.Attempts, record.Outcome));
        Assert.Equal(["contract_violated", "answered"], record.Trail.Select(step => step.Reason));
        Assert.Equal(record.RepairCostNanoUsd, record.Trail[1].CostNanoUsd);
        Assert.Contains("/city", (await house.House.Simulator.RequestsAsync())[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_without_repair_is_kept_to_and_a_repair_that_finds_no_answer_leaves_the_first_reason()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        await house.House.Simulator.ScriptEachAsync([Wrong, Wrong, """{"status":400,"error":{"message":"no more"}}"""]);
        ServedChannel channel = Channels.New("c", [Gpt]);

        ContractTestResult strict = await TestAsync(house, channel, new ContractPolicy { OnViolation = [OnViolation.Fail], Repairs = 0 }, ["One"]);
        ContractTestResult unlucky = await TestAsync(house, channel, prompts: ["One"]);
        await house.Recorder.FlushAsync(GatewayHouse.Token);

        Assert.Equal(("violated", 1, 0), (strict.Pins[0].Prompts[0].Outcome, strict.Pins[0].Prompts[0].Attempts, strict.Pins[0].Prompts[0].Repairs));
        Assert.Equal(("violated", 2, 1), (unlucky.Pins[0].Prompts[0].Outcome, unlucky.Pins[0].Prompts[0].Attempts, unlucky.Pins[0].Prompts[0].Repairs));
        Assert.Equal(["violated", "violated"], house.Books.Records.Select(record => record.ContractOutcome));
        Assert.All(house.Books.Records, record => Assert.True(record.CostNanoUsd > 0));
    }

    [Theory]
    [InlineData("""{"text":"   "}""", "blank")]
    [InlineData("""{"refusal":"No."}""", "refused")]
    [InlineData("""{"text":"{\"city\":\"Ro","finish_reason":"length"}""", "truncated")]
    [InlineData("""{"tool_calls":[{"name":"other","arguments":"{}"}]}""", "violated")]
    [InlineData("""{"status":400,"error":{"code":"json_validate_failed","message":"Failed to generate JSON"}}""", "violated")]
    [InlineData("""{"status":400,"error":{"code":"invalid_json_schema","message":"Invalid schema for response_format"}}""", "schema_rejected")]
    [InlineData("""{"status":401}""", "upstream_key_refused")]
    [InlineData("""{"content_length_delta":50,"cut":{"how":"fin","at_byte":40}}""", "upstream_truncated")]
    public async Task What_is_no_document_is_told_by_its_name(string then, string outcome)
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        await house.House.Simulator.ScriptAsync(then);

        ContractTestResult result = await TestAsync(house, Channels.New("c", [Gpt]), prompts: ["One"]);

        TestedPrompt tested = Assert.Single(result.Pins[0].Prompts);
        Assert.Equal(outcome, tested.Outcome);
        Assert.NotEmpty(tested.Message!);
        Assert.StartsWith(outcome + ": ", result.Pins[0].WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_in_trouble_is_asked_as_often_as_by_callers_and_costs_nothing()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        await house.House.Simulator.ScriptAsync("""{"status":503}""");

        ContractTestResult result = await TestAsync(house, Channels.New("c", [Gpt]), prompts: ["One"]);
        await house.Recorder.FlushAsync(GatewayHouse.Token);

        TestedPrompt tested = result.Pins[0].Prompts[0];
        Assert.Equal((3, 0, null), (tested.Attempts, tested.Repairs, tested.CostNanoUsd));
        UsageRecord record = Assert.Single(house.Books.Records);
        Assert.Equal((Outcome.Failed, 503, tested.Outcome, null, UsageSource.None), (record.Outcome, record.Status, record.ErrorCode, record.ContractOutcome, record.Source));
        Assert.Equal(3, record.Trail.Count);
    }

    [Fact]
    public async Task The_releases_prompt_and_parameters_go_along_and_answers_are_capped()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();

        await TestAsync(house, Channels.New("c", [Claude], "Be brief.", parameters: [("temperature", "0.25"), ("max_output_tokens", "20000")]), prompts: ["One"]);
        await TestAsync(house, Channels.New("c", [Claude], parameters: ("max_output_tokens", "300")), prompts: ["One"]);
        await TestAsync(house, Channels.New("c", [Claude]), prompts: ["One"]);

        JsonElement[] sent = [.. (await house.House.Simulator.RequestsAsync()).Select(request => JsonElement.Parse(request.Body))];
        Assert.Contains("Be brief.", sent[0].GetProperty("system").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(0.25, sent[0].GetProperty("temperature").GetDouble());
        Assert.Equal([4096, 300, 4096], sent.Select(body => body.GetProperty("max_tokens").GetInt32()));
        Assert.All(sent, body => Assert.True(body.GetProperty("output_config").TryGetProperty("format", out _)));
    }

    [Fact]
    public async Task What_the_release_sets_and_a_pin_cannot_be_told_keeps_it_from_serving()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();

        ContractTestResult result = await TestAsync(house, Channels.New("c", [Gpt, Claude], parameters: ("seed", "7")), prompts: ["One"]);

        Assert.Equal((null, "cannot_translate"), (result.Pins[0].WhyNot, result.Pins[1].Prompts[0].Outcome));
        Assert.Equal(0, result.Pins[1].Prompts[0].Attempts);
        Assert.Single(await house.House.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task No_prompt_is_begun_once_the_bound_is_reached()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        ServedChannel channel = Channels.New("c", [Gpt, Claude]);

        ContractTestResult none = await TestAsync(house, channel, maxNanoUsd: 0);
        ContractTestResult one = await TestAsync(house, channel, maxNanoUsd: 1);

        Assert.Equal((true, true), (none.IsBounded, one.IsBounded));
        Assert.Equal([0, 0], none.Pins.Select(pin => pin.Prompts.Length));
        Assert.Equal([1, 0], one.Pins.Select(pin => pin.Prompts.Length));
        Assert.All(one.Pins, pin => Assert.Contains("bound", pin.WhyNot, StringComparison.Ordinal));
        Assert.Single(await house.House.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task A_dialect_that_cannot_carry_the_contract_is_not_called_and_a_provider_that_left_is_named()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        string many = $$"""{"type":"object","properties":{{{string.Join(',', Enumerable.Range(0, 60).Select(i => $"\"p{i}\":{{\"type\":\"string\"}}"))}}},"additionalProperties":false}""";

        ContractTestResult result = await TestAsync(house, Channels.New("c", [Claude, "gone/m"]), schema: many);
        await house.Recorder.FlushAsync(GatewayHouse.Token);

        Assert.Equal(["contract_impossible", "contract_impossible", "contract_impossible"], result.Pins[0].Prompts.Select(prompt => prompt.Outcome));
        Assert.Null(result.Pins[0].Carrier);
        Assert.Equal((null, "No provider is called \"gone\": it is passed over."), (result.Pins[1].Dialect, result.Pins[1].WhyNot));
        Assert.False(result.IsBounded);
        Assert.Empty(house.Books.Records);
        Assert.Empty(await house.House.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task A_channel_that_requires_proof_gets_it_or_the_pin_may_not_serve()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        ServedChannel warns = Channels.New("c", [Gpt]);
        var requires = new ServedChannel(warns.Channel with { Conformance = ConformanceRule.Require }, warns.Release);

        ContractTestResult unproven = await TestAsync(house, requires, prompts: ["One"]);
        await house.VerdictsAsync(house.Pin("openai", "gpt-5.4-mini"), [.. unproven.Pins[0].Missing.Select(reason => reason.Split(':')[0])]);
        ContractTestResult proven = await TestAsync(house, requires, prompts: ["One"]);

        Assert.Equal("native", unproven.Pins[0].Prompts[0].Outcome);
        Assert.StartsWith("The channel requires that it is proven, and it is not: basic: never measured", unproven.Pins[0].WhyNot, StringComparison.Ordinal);
        Assert.Empty(proven.Pins[0].Missing);
        Assert.Null(proven.Pins[0].WhyNot);
    }

    [Fact]
    public async Task A_test_that_is_cancelled_ends_at_once_and_books_what_was_used()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        await house.House.Simulator.ScriptEachAsync([Wrong, """{"first_byte_delay_ms":60000}"""]);
        using var leaving = new CancellationTokenSource();

        Task<ContractTestResult> test = TestAsync(house, Channels.New("c", [Gpt]), prompts: ["One"], cancellation: leaving.Token);
        while ((await house.House.Simulator.RequestsAsync()).Count < 2)
        {
            GatewayHouse.Token.ThrowIfCancellationRequested();
        }

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.Soon());
        await house.Recorder.FlushAsync(GatewayHouse.Token);

        UsageRecord record = Assert.Single(house.Books.Records);
        Assert.Equal((Outcome.ClientGone, 499, 2, 1), (record.Outcome, record.Status, record.Attempts, record.Repairs));
        Assert.True(record.CostNanoUsd > 0);
    }

    private static Task<ContractTestResult> TestAsync(
        ProbeHouse house,
        ServedChannel channel,
        ContractPolicy? policy = null,
        IReadOnlyList<string>? prompts = null,
        long maxNanoUsd = ContractTestPlan.DefaultMaxNanoUsd,
        string schema = ContractHouse.City,
        CancellationToken? cancellation = null)
    {
        int version = house.House.Policies.Current.Contracts.VersionsOf("city").Count + 1;
        house.House.Register("city", schema, policy, version);
        PolicyRevision current = house.House.Policies.Current;
        var plan = new ContractTestPlan(current.FindContract("city")!, channel, [.. channel.Release.Pins], prompts ?? ContractTestPlan.DefaultPrompts, maxNanoUsd);
        return house.Tester.RunAsync(plan, current, cancellation ?? GatewayHouse.Token);
    }
}
