using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Tests.House;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Causeway.Gateway.Tests.Inbound;

public sealed class BodyLimitTests
{
    private static readonly GatewayLimits s_small = new() { BodyBytes = 10_000 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_refused_with_and_without_a_length(bool announced)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Limits = s_small });
        string body = Saying.Chat.Body.PadRight(10_001);
        using HttpRequestMessage message = (Saying.Chat with { Body = body }).ToMessage(house.Secret);
        message.Headers.TransferEncodingChunked = !announced;

        Answer answer = await house.SendAsync(message);

        Assert.Equal((413, "request_too_large", "false"), (answer.Status, answer.Error, answer.Header("x-should-retry")));
        Assert.Contains("limits.body", answer.Text, StringComparison.Ordinal);
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.Denied, 413, 0), (record.Outcome, record.Status, record.Attempts));
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_exactly_the_limit_passes(bool announced)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Limits = s_small });
        using HttpRequestMessage message = (Saying.Chat with { Body = Saying.Chat.Body.PadRight(10_000) }).ToMessage(house.Secret);
        message.Headers.TransferEncodingChunked = !announced;

        Assert.Equal(200, (await house.SendAsync(message)).Status);
    }

    [Fact]
    public async Task A_hundred_thousand_messages_are_refused_by_name_and_nothing_is_asked()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string message = """{"role":"user","content":"a"}""";

        Answer answer = await house.AskAsync(Saying.ChatPath, $$"""{"model":"gpt-5.4-mini","messages":[{{string.Join(',', Enumerable.Repeat(message, 100_000))}}]}""");

        Assert.Equal((400, "request_too_many", "messages"), (answer.Status, answer.Error, answer.Json.GetProperty("error").GetProperty("param").GetString()));
        Assert.Contains("limits.messages", answer.Text, StringComparison.Ordinal);
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task A_large_body_passes_byte_for_byte()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string body = Saying.Chat.Body.Replace("bridges", new string('b', 8_000_000), StringComparison.Ordinal);

        Assert.Equal(200, (await house.AskAsync(Saying.ChatPath, body)).Status);

        Assert.Equal(body, Assert.Single(await house.Simulator.RequestsAsync()).Text);
    }

    public static TheoryData<string, string> Refused { get; } = new()
    {
        { "", "request_malformed" },
        { "null", "request_malformed" },
        { "[1]", "request_malformed" },
        { "{\"model\":\"gpt-5.4-mini\"", "request_malformed" },
        { "{\"model\":\"gpt-5.4-mini\"} x", "request_malformed" },
        { "{\"model\":\"gpt-5.4-mini\",}", "request_malformed" },
        { "{\"model\":\"gpt-5.4-mini\" /* c */}", "request_malformed" },
        { "\uFEFF{\"model\":\"gpt-5.4-mini\"}", "request_malformed" },
        { "{\"model\":\"gpt-5.4-mini\",\"x\":NaN}", "request_malformed" },
        { "{\"model\":\"gpt-5.4-mini\",\"x\":" + new string('[', 100_000) + new string(']', 100_000) + "}", "request_malformed" },
        { "{\"model\":\"gpt-5.4-mini\",\"model\":\"gpt-5.6\"}", "field_duplicated" },
        { "{\"model\":\"gpt-5.4-mini\",\"mod\\u0065l\":\"gpt-5.6\"}", "field_duplicated" },
        { "{\"model\":\"gpt-5.4-mini\",\"stream\":false,\"stream\":true}", "field_duplicated" },
        { "{\"model\":\"gpt-5.4-mini\",\"stream_options\":{\"include_usage\":true,\"include_usage\":false}}", "field_duplicated" },
        { "{\"model\":7}", "field_invalid" },
        { "{\"model\":\"\"}", "field_invalid" },
        { "{\"model\":\"a\\nb\"}", "field_invalid" },
        { "{\"model\":\"gpt-5.4-mini\",\"stream\":\"yes\"}", "field_invalid" },
        { "{\"messages\":[]}", "model_missing" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_body_that_could_be_read_in_two_ways_is_refused(string body, string code)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(Saying.ChatPath, body);

        Assert.Equal((400, code), (answer.Status, answer.Error));
        Assert.Equal(code, answer.Json.GetProperty("error").GetProperty("code").GetString());
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.Denied, code, 0, null), (record.Outcome, record.ErrorCode, record.Attempts, record.CostNanoUsd));
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Theory]
    [InlineData("gzip", 415)]
    [InlineData("br", 415)]
    [InlineData("identity", 200)]
    public async Task A_compressed_body_is_refused(string encoding, int status)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        using HttpRequestMessage message = Saying.Chat.ToMessage(house.Secret);
        message.Content!.Headers.TryAddWithoutValidation("content-encoding", encoding);

        Answer answer = await house.SendAsync(message);

        Assert.Equal((status, status == 200 ? null : "encoding_unsupported"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task A_body_that_drips_is_given_up()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { SlowestBody = new MinDataRate(100_000, TimeSpan.FromSeconds(1.1)) });
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);

        await caller.SendAsync($"POST {Saying.ChatPath} HTTP/1.1\r\nhost: gateway\r\nx-api-key: {house.Secret}\r\ncontent-length: 1000\r\n\r\n{{\"mod");

        Assert.Contains("x-causeway-error: request_too_slow", await caller.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.Denied, 408, "request_too_slow"), (record.Outcome, record.Status, record.ErrorCode));
    }

    [Fact]
    public async Task Broken_chunks_are_refused()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);

        await caller.SendAsync($"POST {Saying.ChatPath} HTTP/1.1\r\nhost: gateway\r\nx-api-key: {house.Secret}\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n");

        Assert.Contains("x-causeway-error: request_malformed", await caller.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(400, (await house.OnlyRecordAsync()).Status);
    }

    [Theory]
    [InlineData("fields")]
    [InlineData("$fields")]
    public async Task A_field_mask_that_would_hide_usage_is_refused(string name)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(Saying.Generate with { Path = Saying.Generate.Path + $"?{name}=candidates" });

        Assert.Equal((400, "query_unsupported"), (answer.Status, answer.Error));
    }
}
