using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Causeway.Budgets.Agreements;
using Causeway.Budgets.Batches;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Books;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Batches;

/// <summary>A batch that was taken is asked for until it has ended, and then settled by its results: once, whatever happens in between.</summary>
public sealed class BatchSettlementTests
{
    private const string FirstFails = """{"rules":[{"match":{"operation":"messages"},"times":1,"then":{"status":529}}]}""";
    private static readonly TimeSpan s_soon = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Ledger_usage_and_the_providers_bill_are_one_number()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync(new HouseOptions { Script = FirstFails });
        Guid request = await house.TakeAsync(BatchHouse.One, BatchHouse.One, BatchHouse.Other);

        await house.SettleTwoOfThreeAsync(request, s_soon, "anthropic", new Saying("/passthrough/anthropic/v1/messages", BatchHouse.One), new Saying("/passthrough/anthropic/v1/messages", BatchHouse.Other));
    }

    [Fact]
    public async Task It_is_asked_with_the_providers_key_ever_less_often_until_it_has_ended()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync(new HouseOptions { Script = """{"rules":[{"match":{"operation":"batch_status"},"times":2,"then":{"batch_in_progress":true}}]}""" });
        await house.TakeAsync(BatchHouse.One);

        List<double> waits = [];
        for (TimeSpan later = s_soon; house.Batch.State == BatchState.Open; later += TimeSpan.FromMinutes(10))
        {
            await house.TurnAsync(later);
            waits.Add((house.Batch.NextAt - house.Batch.AskedAt!.Value).TotalSeconds);
        }

        Assert.Equal([10, 20, 40], waits);
        Assert.Equal((BatchState.Settled, 3), (house.Batch.State, house.Batch.Asks));
        IReadOnlyList<Arrived> asked = [.. (await house.House.Simulator.RequestsAsync()).Where(one => one.Target.Contains(house.Batch.Batch, StringComparison.Ordinal))];
        Assert.Equal(4, asked.Count);
        Assert.All(asked, one => Assert.Equal(GatewayHouse.ProviderKey, one.Header("x-api-key")));
        await house.TurnAsync(TimeSpan.FromDays(1));
        Assert.Equal(3, house.Batch.Asks); // Over is over.
    }

    [Fact]
    public async Task The_same_results_again_and_after_a_start_change_nothing()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync();
        await house.TakeAsync(BatchHouse.One, BatchHouse.Other);
        TakenBatch open = house.Batch;
        house.Restart();
        await house.TurnAsync(s_soon);
        long committed = house.Granted.Use().Committed;

        await house.Options.Batches.KeepAsync(open, GatewayHouse.Token); // The process ended after it booked and before it kept that it had.
        house.Restart();
        await house.TurnAsync(s_soon);

        Assert.Equal((BatchState.Settled, committed), (house.Batch.State, house.Granted.Use().Committed));
        Assert.Single(await house.WordsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_persons_word_stands_whether_it_comes_before_or_after(bool before)
    {
        await using BatchHouse house = await BatchHouse.OpenAsync();
        Guid request = await house.TakeAsync(BatchHouse.One);
        LateWord word = new(0, null, request, 777, new TokenCounts(5, 0, 0, 0, 0, 0, 6, 0), "invoice", "line 1");
        if (!before)
        {
            await house.TurnAsync(s_soon);
            Assert.NotEqual(777, house.Granted.Use().Committed);
        }

        Assert.Empty((await house.Late.TakeAsync([word], "clerk", GatewayHouse.Token)).Problems);
        await house.TurnAsync(s_soon);

        Assert.Equal(before ? BatchState.Told : BatchState.Settled, house.Batch.State);
        Assert.Equal((777, 0), (house.Granted.Use().Committed, house.Granted.Use().InDoubt));
    }

    [Fact]
    public async Task A_provider_that_is_away_is_asked_again()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync(new HouseOptions
        {
            Script = """{"rules":[{"match":{"operation":"batch_status"},"times":1,"then":{"status":503}},{"match":{"operation":"batch_status"},"times":1,"then":{"cut":{"before_head":true}}},{"match":{"operation":"batch_results"},"times":1,"then":{"cut":{"at_byte":40}}}]}""",
        });
        await house.TakeAsync(BatchHouse.One);
        long inDoubt = house.Granted.Use().InDoubt;

        for (int turn = 1; turn <= 3; turn++)
        {
            await house.TurnAsync(turn * s_soon);
            Assert.Equal((BatchState.Open, turn, inDoubt), (house.Batch.State, house.Batch.Asks, house.Granted.Use().InDoubt));
        }

        await house.TurnAsync(10 * s_soon);
        Assert.Equal((BatchState.Settled, 0), (house.Batch.State, house.Granted.Use().InDoubt));
    }

    [Theory]
    [InlineData("""{"body_bytes":16777217}""", "a line of its results has more than 16 MiB")]
    [InlineData("""{"body":"{\"result\":{\"type\":\"succeeded\",\"message\":{}}}\n"}""", "1 of its 1 results tell no usage")]
    [InlineData("""{"body":""}""", "of its 1 results there are 0")]
    [InlineData("""{"status":404}""", "asked for its results, anthropic answers 404")]
    public async Task Results_that_are_not_whole_or_not_understood_settle_nothing(string then, string word)
    {
        await using BatchHouse house = await BatchHouse.OpenAsync(new HouseOptions { Script = $$"""{"rules":[{"match":{"operation":"batch_results"},"times":1,"then":{{then}}}]}""" });
        await house.TakeAsync(BatchHouse.One);
        long inDoubt = house.Granted.Use().InDoubt;

        await house.TurnAsync(s_soon);
        Assert.Equal((BatchState.Open, word, inDoubt), (house.Batch.State, house.Batch.Word, house.Granted.Use().InDoubt));
        Assert.Empty(await house.WordsAsync());

        await house.TurnAsync(10 * s_soon); // The control: those that are do.
        Assert.Equal(BatchState.Settled, house.Batch.State);
    }

    [Fact]
    public async Task Without_a_word_by_its_deadline_it_stays_charged_at_its_bound_and_that_is_told()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync(new HouseOptions { Script = """{"rules":[{"match":{"operation":"batch_status"},"then":{"batch_in_progress":true}}]}""" });
        ConcurrentQueue<string> counted = [];
        using MeterListener listener = Listen(house.House.Meters, counted);
        Guid request = await house.TakeAsync(BatchHouse.One);
        long bound = house.Granted.Use().InDoubt;

        await house.TurnAsync(TimeSpan.FromHours(47));
        Assert.Equal((BatchState.Open, bound), (house.Batch.State, house.Granted.Use().InDoubt));
        Assert.Empty(counted);
        await house.TurnAsync(TimeSpan.FromHours(49));

        Assert.Equal(["anthropic lapsed 1"], counted);
        Assert.Equal((BatchState.Lapsed, bound, 0), (house.Batch.State, house.Granted.Use().Committed, house.Granted.Use().InDoubt));
        LedgerEvent word = Assert.Single(await house.WordsAsync());
        Assert.Equal((request, "batch without a word by its deadline"), (word.Request, word.Reason));
        Assert.Contains(house.House.Log.Lines, line => line.Contains("stays charged at its bound", StringComparison.Ordinal));
        await house.Late.TakeAsync([new LateWord(0, null, request, 777, null, "invoice", "line 1")], "clerk", GatewayHouse.Token);
        Assert.Equal(777, house.Granted.Use().Committed); // A later word still stands above it.
    }

    [Fact]
    public async Task Where_a_model_has_no_price_its_tokens_are_settled_and_it_stays_without()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync();
        Granted tokens = house.House.Grant("tokens 100000");
        Answer answer = await tokens.AskAsync(BatchHouse.Saying(BatchHouse.One.Replace("claude-sonnet-4-6", "nobody-knows", StringComparison.Ordinal)));
        Assert.True(answer.Status == 200, answer.Text);
        await house.House.RecordsAsync();

        await house.TurnAsync(s_soon);

        LedgerEvent word = Assert.Single(await house.WordsAsync());
        Assert.True(word.Booked is { NanoUsd: 0, TokensIn: > 0, TokensOut: > 0 });
        Assert.Equal((word.Booked.TokensIn + word.Booked.TokensOut, 0), (tokens.Use().Committed, tokens.Use().InDoubt));
        Assert.Null((await house.House.OnlyRecordAsync()).FinalCostNanoUsd);
    }

    [Fact]
    public async Task Where_nothing_lets_its_data_go_any_more_it_is_not_asked()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync();
        Agree(house, TimeSpan.FromMinutes(30));
        await house.TakeAsync(BatchHouse.One);
        int sent = (await house.House.Simulator.RequestsAsync()).Count;

        await house.TurnAsync(TimeSpan.FromHours(1));
        Assert.Equal((BatchState.Open, "nothing lets its data go to anthropic any more, so it is not asked"), (house.Batch.State, house.Batch.Word));
        Assert.Equal(sent, (await house.House.Simulator.RequestsAsync()).Count);

        Agree(house, TimeSpan.FromDays(3));
        await house.TurnAsync(TimeSpan.FromHours(2));
        Assert.Equal(BatchState.Settled, house.Batch.State);
    }

    [Fact]
    public async Task A_provider_that_is_no_longer_configured_is_not_asked_and_one_that_is_again_is()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync();
        await house.TakeAsync(BatchHouse.One);
        ProviderRoute route = house.House.Policies.Current.FindProvider("anthropic")!;
        house.House.Policies.Publish(policy => policy.With(policy.Providers.Remove(route)));

        await house.TurnAsync(s_soon);
        Assert.Equal((BatchState.Open, "anthropic is no longer configured"), (house.Batch.State, house.Batch.Word));

        house.House.Policies.Publish(policy => policy.With(policy.Providers.Add(route)));
        await house.TurnAsync(10 * s_soon);
        Assert.Equal(BatchState.Settled, house.Batch.State);
    }

    [Fact]
    public async Task A_caller_that_fetches_the_results_first_is_led_to_the_gateway_for_them()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync();
        await house.TakeAsync(BatchHouse.One);

        JsonElement looked = JsonElement.Parse((await GetAsync(house, house.Batch.Batch)).Text);
        string results = looked.GetProperty("results_url").GetString()!;
        Answer lines = await GetAsync(house, results["/v1/messages/batches/".Length..]);

        Assert.Equal(($"/v1/messages/batches/{house.Batch.Batch}/results", 200), (results, lines.Status));
        Assert.Contains("succeeded", lines.Text, StringComparison.Ordinal);
        await house.TurnAsync(s_soon);
        Assert.Equal((BatchState.Settled, (await house.BillAsync()).NanoUsd), (house.Batch.State, house.Granted.Use().Committed));
    }

    [Fact]
    public async Task A_store_that_is_away_costs_the_caller_nothing_and_what_is_no_batch_is_not_kept()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync();
        house.Options.Batches.Failing = true;
        await house.TakeAsync(BatchHouse.One);
        Assert.Empty(house.Options.Batches.All);
        Assert.Contains(house.House.Log.Lines, line => line.Contains("could not be kept", StringComparison.Ordinal));

        house.Options.Batches.Failing = false;
        await house.House.Simulator.ScriptAsync("""{"body":"{\"id\":\"../keys\",\"processing_status\":\"in_progress\"}"}""");
        await house.TakeAsync(BatchHouse.Other);
        Assert.Empty(house.Options.Batches.All);
        await house.House.Simulator.ScriptAsync("{}");
        await house.TakeAsync(BatchHouse.One);
        Assert.Equal("anthropic", house.Batch.Provider);
    }

    private static void Agree(BatchHouse house, TimeSpan until)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        house.House.Policies.Publish(policy => policy.WithAgreements(
        [
            new Agreement
            {
                Id = AgreementId.New(now),
                Provider = "anthropic",
                Regions = ["global"],
                Data = ["internal"],
                Retention = Retention.Provider,
                From = now.AddHours(-1),
                Until = now + until,
                CreatedAt = now,
                CreatedBy = "mira",
            },
        ]));
    }

    private static Task<Answer> GetAsync(BatchHouse house, string below)
    {
        HttpRequestMessage message = new(HttpMethod.Get, $"{BatchHouse.Path}/{below}");
        message.Headers.TryAddWithoutValidation("x-api-key", house.Granted.Secret);
        message.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        return house.House.SendAsync(message);
    }

    private static MeterListener Listen(IMeterFactory meters, ConcurrentQueue<string> counted)
    {
        MeterListener listener = new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters && instrument.Name == "causeway.batches.over")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => counted.Enqueue($"{string.Join(' ', tags.ToArray().Select(tag => tag.Value))} {value}"));
        listener.Start();
        return listener;
    }
}
