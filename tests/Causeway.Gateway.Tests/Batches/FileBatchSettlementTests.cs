using Causeway.Budgets.Batches;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.Batches;

/// <summary>A batch whose requests stood in a file settles itself by the files that it leaves: once, whatever happens in between.</summary>
public sealed class FileBatchSettlementTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Ledger_usage_and_the_providers_bill_are_one_number()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync(new HouseOptions { Script = """{"rules":[{"match":{"operation":"chat_completions"},"times":1,"then":{"status":500}}]}""" });
        Guid request = await TakeAsync(house, UploadedBatch.One, UploadedBatch.One, UploadedBatch.Other);

        await house.SettleTwoOfThreeAsync(request, s_soon, "openai", new Saying("/passthrough/openai/v1/chat/completions", UploadedBatch.One), new Saying("/passthrough/openai/v1/chat/completions", UploadedBatch.Other));
    }

    [Theory]
    [InlineData(Saying.ResponsesPath, """{"model":"gpt-5.4-mini","max_output_tokens":200,"input":"Tell me of bridges"}""")]
    [InlineData(Saying.EmbeddingsPath, """{"model":"text-embedding-3-small","input":["bridges","rivers"]}""")]
    public async Task Responses_and_embeddings_are_settled_by_their_own_usage(string endpoint, string body)
    {
        await using BatchHouse house = await BatchHouse.OpenAsync();
        string file = await UploadedBatch.UploadAsync(house.House, UploadedBatch.Line("a", body, endpoint));
        await house.TakeAsync(UploadedBatch.Of(file, endpoint));

        await house.TurnAsync(s_soon);

        (long nanoUsd, long input, long output) = await house.BillAsync("openai");
        UsageRecord record = await house.House.OnlyRecordAsync();
        Assert.Equal((BatchState.Settled, "1 of 1 succeeded"), (house.Batch.State, house.Batch.Word));
        Assert.Equal((nanoUsd, input, output), (record.FinalCostNanoUsd, record.FinalTokens.AllInput, record.FinalTokens.Output));
        Assert.True(nanoUsd > 0);
    }

    [Fact]
    public async Task It_is_asked_with_the_providers_key_ever_less_often_until_it_has_ended()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync(new HouseOptions { Script = """{"rules":[{"match":{"operation":"batch_status"},"times":2,"then":{"batch_in_progress":true}}]}""" });
        await TakeAsync(house, UploadedBatch.One);

        List<double> waits = [];
        for (TimeSpan later = s_soon; house.Batch.State == BatchState.Open; later += TimeSpan.FromMinutes(10))
        {
            await house.TurnAsync(later);
            waits.Add((house.Batch.NextAt - house.Batch.AskedAt!.Value).TotalSeconds);
        }

        Assert.Equal([10, 20, 40], waits);
        Arrived[] asked = [.. (await house.House.Simulator.RequestsAsync()).Where(one => one.Target.EndsWith(house.Batch.Batch, StringComparison.Ordinal))];
        Assert.Equal((BatchState.Settled, 3, 3), (house.Batch.State, house.Batch.Asks, asked.Length));
        Assert.All(asked, one => Assert.Equal("Bearer " + GatewayHouse.ProviderKey, one.Header("authorization")));
    }

    [Fact]
    public async Task A_provider_that_is_away_is_asked_again_and_after_a_start_nothing_is_booked_twice()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync(new HouseOptions
        {
            Script = """{"rules":[{"match":{"operation":"batch_status"},"times":1,"then":{"status":503}},{"match":{"operation":"batch_status"},"times":1,"then":{"cut":{"before_head":true}}},{"match":{"operation":"batch_results"},"times":1,"then":{"cut":{"at_byte":40}}}]}""",
        });
        await TakeAsync(house, UploadedBatch.One);
        TakenBatch open = house.Batch;
        long inDoubt = house.Granted.Use().InDoubt;

        for (int turn = 1; turn <= 3; turn++)
        {
            await house.TurnAsync(turn * s_soon);
            Assert.Equal((BatchState.Open, turn, inDoubt), (house.Batch.State, house.Batch.Asks, house.Granted.Use().InDoubt));
        }

        await house.TurnAsync(10 * s_soon);
        Assert.Equal((BatchState.Settled, 0), (house.Batch.State, house.Granted.Use().InDoubt));
        long committed = house.Granted.Use().Committed;

        await house.Options.Batches.KeepAsync(open, GatewayHouse.Token); // The process ended after it booked and before it kept that it had.
        house.Restart();
        await house.TurnAsync(10 * s_soon);
        Assert.Equal((BatchState.Settled, committed), (house.Batch.State, house.Granted.Use().Committed));
        Assert.Single(await house.WordsAsync());
    }

    [Theory]
    [InlineData("""{"body":"{\"response\":{\"status_code\":200,\"body\":{}}}\n"}""", "1 of its 1 results tell no usage")]
    [InlineData("""{"body":""}""", "of its 1 results there are 0")]
    [InlineData("""{"body":"{\"response\":{\"status_code\":500}}\n"}""", "of its 1 answers there are 0")]
    [InlineData("""{"status":404}""", "asked for its results, openai answers 404")]
    public async Task Results_that_are_not_whole_or_not_understood_settle_nothing(string then, string word)
    {
        await using BatchHouse house = await BatchHouse.OpenAsync(new HouseOptions { Script = $$"""{"rules":[{"match":{"operation":"batch_results"},"times":1,"then":{{then}}}]}""" });
        await TakeAsync(house, UploadedBatch.One);
        long inDoubt = house.Granted.Use().InDoubt;

        await house.TurnAsync(s_soon);
        Assert.Equal((BatchState.Open, word, inDoubt), (house.Batch.State, house.Batch.Word, house.Granted.Use().InDoubt));
        Assert.Empty(await house.WordsAsync());

        await house.TurnAsync(10 * s_soon); // The control: those that are do.
        Assert.Equal(BatchState.Settled, house.Batch.State);
    }

    [Fact]
    public async Task What_was_cancelled_or_failed_before_it_was_run_costs_nothing()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync();
        await TakeAsync(house, UploadedBatch.One, UploadedBatch.Other);
        Assert.Equal(200, (await house.Granted.AskAsync(new Saying($"{UploadedBatch.Path}/{house.Batch.Batch}/cancel", "{}"))).Status);

        await house.TurnAsync(s_soon);

        Assert.Equal((BatchState.Settled, "0 of 2 succeeded, 2 canceled"), (house.Batch.State, house.Batch.Word));
        Assert.Equal((0, 0), (house.Granted.Use().Committed, house.Granted.Use().InDoubt));
    }

    [Fact]
    public async Task A_file_that_its_provider_does_not_take_fails_its_batch_and_costs_nothing()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync();
        string twice = UploadedBatch.Line("a", UploadedBatch.One);
        await house.TakeAsync(UploadedBatch.Of(await UploadedBatch.UploadAsync(house.House, twice, twice)));
        Assert.True(house.Granted.Use().InDoubt > 0);

        await house.TurnAsync(s_soon);

        Assert.Equal((BatchState.Settled, 0, 0), (house.Batch.State, house.Granted.Use().Committed, house.Granted.Use().InDoubt));
    }

    [Theory]
    [InlineData("24h", 48)]
    [InlineData("7d", 192)]
    public async Task Without_a_word_by_its_window_and_a_day_it_stays_charged_at_its_bound(string window, int hours)
    {
        await using BatchHouse house = await BatchHouse.OpenAsync(new HouseOptions { Script = """{"rules":[{"match":{"operation":"batch_status"},"then":{"batch_in_progress":true}}]}""" });
        Saying asked = UploadedBatch.Of(await UploadedBatch.UploadAsync(house.House, UploadedBatch.Lines(UploadedBatch.One)));
        await house.TakeAsync(asked with { Body = asked.Body.Replace("24h", window, StringComparison.Ordinal) });
        long bound = house.Granted.Use().InDoubt;

        await house.TurnAsync(TimeSpan.FromHours(hours - 1));
        Assert.Equal((BatchState.Open, bound), (house.Batch.State, house.Granted.Use().InDoubt));
        await house.TurnAsync(TimeSpan.FromHours(hours + 1));

        Assert.Equal((BatchState.Lapsed, bound, 0), (house.Batch.State, house.Granted.Use().Committed, house.Granted.Use().InDoubt));
    }

    // The version of a vendor's API may stand in the endpoint, and then the path below it has none.
    [Theory]
    [InlineData(Protocol.Anthropic, "/anthropic")]
    [InlineData(Protocol.Anthropic, "/anthropic/v1")]
    [InlineData(Protocol.OpenAI, "/openai/v1")]
    public async Task It_is_held_and_settled_whether_or_not_the_endpoint_ends_in_a_version(Protocol protocol, string endpoint)
    {
        await using BatchHouse house = await BatchHouse.OpenAsync(new HouseOptions { Providers = near => [near.At("own", protocol, new Uri(near.Simulator, endpoint))] });
        Saying saying = protocol == Protocol.Anthropic
            ? BatchHouse.Saying(BatchHouse.One) with { Path = "/passthrough/own/v1/messages/batches" }
            : UploadedBatch.Of(await UploadedBatch.UploadAsync(house.House, UploadedBatch.Lines(UploadedBatch.One)), path: "/passthrough/own/v1/batches");

        await house.TakeAsync(saying);
        Assert.True(house.Granted.Use().InDoubt > 0);
        await house.TurnAsync(s_soon);

        Assert.Equal((BatchState.Settled, (await house.BillAsync("own")).NanoUsd, 0), (house.Batch.State, house.Granted.Use().Committed, house.Granted.Use().InDoubt));
        Assert.True(house.Granted.Use().Committed > 0);
    }

    private static async Task<Guid> TakeAsync(BatchHouse house, params string[] requests) =>
        await house.TakeAsync(UploadedBatch.Of(await UploadedBatch.UploadAsync(house.House, UploadedBatch.Lines(requests))));
}
