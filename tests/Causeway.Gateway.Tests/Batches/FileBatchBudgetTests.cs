using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Batches;

/// <summary>A batch whose requests stand in a file at the provider: the file is read, each line is bounded, and the sum is held or denied whole.</summary>
public sealed class FileBatchBudgetTests
{
    private const string Chat = Saying.ChatPath;

    [Fact]
    public async Task The_whole_bound_is_held_and_counts_until_it_is_told_what_was_used()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Amounts alone = await Granted.BoundOfAsync(house, new Saying("/passthrough/openai/v1/chat/completions", UploadedBatch.One))
            + await Granted.BoundOfAsync(house, new Saying("/passthrough/openai/v1/chat/completions", UploadedBatch.Other));
        string file = await UploadedBatch.UploadAsync(house, UploadedBatch.Lines(UploadedBatch.One, UploadedBatch.Other));
        Granted granted = house.Grant("usd 5");

        Answer answer = await granted.AskAsync(UploadedBatch.Of(file));

        Assert.True(answer.Status == 200, answer.Text);
        IReadOnlyList<LedgerEvent> events = await granted.EventsOfAsync(answer);
        Assert.Equal((LedgerEventKind.Reserved, alone), (events[0].Kind, events[0].Held));
        Assert.Equal((LedgerEventKind.InDoubt, "batch"), (events[^1].Kind, events[^1].Code));
        Assert.Equal((0, alone.NanoUsd), (granted.Use().Committed, granted.Use().InDoubt));
        Arrived[] sent = [.. (await house.Simulator.RequestsAsync()).TakeLast(3)];
        Assert.Equal([$"/openai/v1/files/{file}", $"/openai/v1/files/{file}/content", "/openai/v1/batches"], sent.Select(one => one.Target));
        Assert.All(sent, one => Assert.Equal("Bearer " + GatewayHouse.ProviderKey, one.Header("authorization")));
    }

    [Fact]
    public async Task What_is_worth_two_of_three_lines_takes_none_and_nothing_is_sent_but_the_look_at_the_file()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string three = await UploadedBatch.UploadAsync(house, UploadedBatch.Lines(UploadedBatch.One, UploadedBatch.One, UploadedBatch.One));
        string two = await UploadedBatch.UploadAsync(house, UploadedBatch.Lines(UploadedBatch.One, UploadedBatch.One));
        Granted granted = house.Grant("tokens_out 2000");

        Answer refused = await granted.AskAsync(UploadedBatch.Of(three));

        Assert.Equal((402, "request_exceeds_limit"), (refused.Status, refused.Error));
        await house.RecordsAsync();
        Assert.Equal((0, 0), (granted.Use().Committed, granted.Use().InDoubt));
        Assert.DoesNotContain(await house.Simulator.RequestsAsync(), one => one.Target.EndsWith("/batches", StringComparison.Ordinal));
        Assert.Equal(200, (await granted.AskAsync(UploadedBatch.Of(two))).Status);
        await house.RecordsAsync();
        Assert.Equal(2_000, granted.Use().InDoubt);
    }

    [Theory]
    [InlineData("nothing", 400, "batch_file_invalid", "Line 2 of FILE: it is not one JSON object")]
    [InlineData("""{"custom_id":"b","method":"POST","url":"/v1/embeddings","body":{"model":"m","input":"x"}}""", 400, "batch_file_invalid", "Line 2 of FILE (custom_id \"b\"): its \"url\" is another")]
    [InlineData("""{"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{"messages":[]}}""", 400, "model_missing", "Line 2 of FILE (custom_id \"b\"): The request names no model")]
    [InlineData("""{"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-5.4-mini","model":"gpt-4o","messages":[]}}""", 400, "field_duplicated", "Line 2 of FILE (custom_id \"b\")")]
    [InlineData("""{"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-5.4-mini","messages":[]}}""", 402, "request_exceeds_limit", "State that as max_completion_tokens, or less")]
    [InlineData("""{"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{"model":"nobody-knows","max_completion_tokens":5,"messages":[]}}""", 403, "price_unknown", "Line 2 of FILE (custom_id \"b\"): openai/nobody-knows has no price")]
    [InlineData("""{"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o","max_completion_tokens":5,"messages":[]}}""", 403, "scope_model", "Line 2 of FILE (custom_id \"b\"): The grant does not cover \"gpt-4o\"")]
    public async Task A_line_that_cannot_be_asked_is_named_with_its_place(string line, int status, string code, string words)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant(grant => grant with { Limits = [Granted.LimitOf("usd 5")], Scope = grant.Scope with { Models = ["gpt-5.4-mini", "nobody-knows"] } });
        string good = UploadedBatch.Line("a", UploadedBatch.One);
        string file = await UploadedBatch.UploadAsync(house, good, line, UploadedBatch.Line("c", UploadedBatch.One), line);

        Answer answer = await granted.AskAsync(UploadedBatch.Of(file));

        string message = answer.Json.GetProperty("error").GetProperty("message").GetString()!;
        Assert.Equal((status, code), (answer.Status, answer.Error));
        Assert.Contains(words.Replace("FILE", file, StringComparison.Ordinal), message, StringComparison.Ordinal);
        Assert.EndsWith(" Also wrong: line 4.", message, StringComparison.Ordinal);
        Assert.DoesNotContain(await house.Simulator.RequestsAsync(), one => one.Target.EndsWith("/batches", StringComparison.Ordinal));
        Assert.Equal(200, (await granted.AskAsync(UploadedBatch.Of(await UploadedBatch.UploadAsync(house, good)))).Status); // Without it, it is taken.
    }

    [Fact]
    public async Task Each_line_is_held_to_the_cap_of_its_grant_whatever_is_limited()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted low = house.Grant(grant => grant with { Scope = grant.Scope with { MaxOutputTokens = 100 } });
        string large = await UploadedBatch.UploadAsync(house, UploadedBatch.Lines(UploadedBatch.Other, UploadedBatch.One));
        string small = await UploadedBatch.UploadAsync(house, UploadedBatch.Lines(UploadedBatch.Other));

        Answer refused = await low.AskAsync(UploadedBatch.Of(large));

        Assert.Equal((402, "request_exceeds_limit"), (refused.Status, refused.Error));
        Assert.Contains("Line 2", refused.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await low.AskAsync(UploadedBatch.Of(small))).Status);
    }

    [Fact]
    public async Task A_line_beyond_the_bound_of_a_body_is_named_and_one_within_it_is_taken()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Limits = new GatewayLimits { BodyBytes = 1_000 } });
        string over = UploadedBatch.Line("b", UploadedBatch.One.Replace("bridges", new string('x', 1_000), StringComparison.Ordinal));
        string within = UploadedBatch.Line("b", UploadedBatch.One.Replace("bridges", new string('x', 700), StringComparison.Ordinal));
        Granted granted = house.Grant("usd 5");

        Answer refused = await granted.AskAsync(UploadedBatch.Of(await UploadedBatch.UploadAsync(house, UploadedBatch.Line("a", UploadedBatch.One), over)));

        Assert.Equal((400, "batch_file_invalid"), (refused.Status, refused.Error));
        Assert.Contains("Line 2", refused.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await granted.AskAsync(UploadedBatch.Of(await UploadedBatch.UploadAsync(house, UploadedBatch.Line("a", UploadedBatch.One), within)))).Status);
    }

    [Fact]
    public async Task A_file_that_is_gone_or_was_uploaded_for_something_else_or_is_empty_begins_nothing()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("usd 5");
        string file = await UploadedBatch.UploadAsync(house, UploadedBatch.Lines(UploadedBatch.One));
        Assert.Equal(200, (await granted.AskAsync(UploadedBatch.Of(file))).Status);
        (await UploadedBatch.SendAsync(house, new HttpRequestMessage(HttpMethod.Delete, $"/openai/v1/files/{file}"))).Dispose();
        long before = granted.Use().InDoubt;

        Answer gone = await granted.AskAsync(UploadedBatch.Of(file));
        Answer other = await granted.AskAsync(UploadedBatch.Of(await UploadedBatch.UploadAsync(house, "assistants", UploadedBatch.Lines(UploadedBatch.One))));
        Answer empty = await granted.AskAsync(UploadedBatch.Of(await UploadedBatch.UploadAsync(house, "")));

        Assert.Equal((404, "batch_file_unknown"), (gone.Status, gone.Error));
        Assert.Equal("input_file_id", gone.Json.GetProperty("error").GetProperty("param").GetString());
        Assert.Equal((400, "batch_file_invalid"), (other.Status, other.Error));
        Assert.Contains("has no request in it", empty.Text, StringComparison.Ordinal);
        await house.RecordsAsync();
        Assert.Equal(before, granted.Use().InDoubt);
    }

    [Theory]
    [InlineData("""{"status":503}""", 502, "upstream_failed")]
    [InlineData("""{"delay_ms":60000}""", 504, "upstream_timeout")]
    [InlineData("""{"cut":{"at_byte":40,"how":"fin"}}""", 502, "upstream_truncated")]
    [InlineData("""{"first_byte_delay_ms":60000}""", 504, "upstream_timeout")]
    [InlineData("""{"body":"{}"}""", 502, "upstream_truncated")]
    public async Task A_file_that_cannot_be_read_whole_in_time_begins_nothing_and_the_next_try_may(string then, int status, string code)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Timeouts = new ProviderTimeouts { FirstByte = TimeSpan.FromMilliseconds(300), Idle = TimeSpan.FromMilliseconds(300) },
        });
        Granted granted = house.Grant("usd 5");
        string file = await UploadedBatch.UploadAsync(house, UploadedBatch.Lines(UploadedBatch.One));
        await house.Simulator.PutAsync($$"""{"rules":[{"match":{"operation":"files"},"times":1},{"match":{"operation":"files"},"times":1,"then":{{then}}}]}""");

        Answer refused = await granted.AskAsync(UploadedBatch.Of(file));

        Assert.Equal((status, code), (refused.Status, refused.Error));
        await house.RecordsAsync();
        Assert.Equal((0, 0), (granted.Use().Committed, granted.Use().InDoubt));
        Assert.Equal(200, (await granted.AskAsync(UploadedBatch.Of(file))).Status);
    }

    [Fact]
    public async Task Of_a_grant_that_rests_nothing_is_fetched()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("usd 5");
        string file = await UploadedBatch.UploadAsync(house, UploadedBatch.Lines(UploadedBatch.One));
        int before = (await house.Simulator.RequestsAsync()).Count;
        house.Ledger.Change(granted.Id, GrantStatus.Suspended, "test", "rests", out _);

        Answer refused = await granted.AskAsync(UploadedBatch.Of(file));

        Assert.Equal((403, "grant_suspended", before), (refused.Status, refused.Error, (await house.Simulator.RequestsAsync()).Count));
        house.Ledger.Change(granted.Id, GrantStatus.Active, "test", "goes on", out _);
        Assert.Equal(200, (await granted.AskAsync(UploadedBatch.Of(file))).Status); // The control.
    }

    [Fact]
    public async Task What_is_not_read_is_a_request_where_nothing_else_is_limited_and_ending_a_batch_is_free()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string file = await UploadedBatch.UploadAsync(house, UploadedBatch.Line("a", """{"model":"omni-moderation-latest","input":"x"}""", "/v1/moderations"));
        Saying moderations = UploadedBatch.Of(file, "/v1/moderations");
        (Granted money, Granted tokens, Granted requests) = (house.Grant("usd 5"), house.Grant("tokens 1000000"), house.Grant("requests 10"));

        Assert.Equal((403, "price_unknown"), (await money.AskAsync(moderations) is { } one ? (one.Status, one.Error) : default));
        Assert.Equal((403, "price_unknown"), (await tokens.AskAsync(moderations) is { } two ? (two.Status, two.Error) : default));
        Answer taken = await requests.AskAsync(moderations);
        Assert.True(taken.Status == 200, taken.Text);
        Assert.Equal(200, (await money.AskAsync(new Saying($"{UploadedBatch.Path}/{taken.Json.GetProperty("id").GetString()}/cancel", "{}"))).Status);
        await house.RecordsAsync();
        Assert.Equal((0, 0, 1), (money.Use().Committed, money.Use().InDoubt, requests.Use().Committed));
    }

    [Theory]
    [InlineData("/v1/batches")]
    [InlineData("/passthrough/openai/batches")]
    [InlineData("/passthrough/openai/v1/batches")]
    public async Task It_is_bounded_by_whichever_path_it_comes(string path)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string file = await UploadedBatch.UploadAsync(house, UploadedBatch.Lines(UploadedBatch.One));
        (Granted tight, Granted wide) = (house.Grant("tokens_out 999"), house.Grant("tokens_out 1000"));

        Assert.Equal(402, (await tight.AskAsync(UploadedBatch.Of(file, Chat, path))).Status);
        Assert.Equal(200, (await wide.AskAsync(UploadedBatch.Of(file, Chat, path))).Status);
    }
}
