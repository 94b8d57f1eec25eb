using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Flow;

public sealed class AdmitTests
{
    [Theory]
    [InlineData("chat", 503)]
    [InlineData("messages", 529)]
    [InlineData("gemini-events", 503)]
    public async Task Beyond_the_streams_that_may_be_open_there_is_no_more_room(string stream, int status)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Limits = new GatewayLimits { OpenStreams = 2 } });
        await house.Simulator.PutAsync("""{"rules":[{"match":{"stream":true},"then":{"endless":{"kind":"events"},"event_gap_ms":5}}]}""");
        await using RawCaller first = await OpenAsync(house);
        await using RawCaller second = await OpenAsync(house);

        Answer third = await house.AskAsync(Saying.Streams[stream]);
        Answer plain = await house.AskAsync(Saying.Chat);

        Assert.Equal((status, "streams_full", "1", null), (third.Status, third.Error, third.Header("retry-after"), third.Header("x-should-retry")));
        Assert.Contains("limits.open_streams", third.Text, StringComparison.Ordinal);
        Assert.Equal(200, plain.Status);
        Assert.Equal(2, house.Gateway.OpenStreams);
        first.Reset();
        await house.UntilOpenAsync(1);
        await using RawCaller fourth = await OpenAsync(house);
        fourth.Reset();
        second.Reset();
        Assert.Equal((Outcome.Denied, status), (await RecordAsync(house, third)));
    }

    [Fact]
    public async Task Beyond_the_requests_that_may_run_there_is_no_more_room()
    {
        TaskCompletionSource asked = new();
        TaskCompletionSource go = new();
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            asked.SetResult();
            await go.Task;
            await connection.WriteAsync("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
        });
        await using GatewayHouse house = await GatewayHouse.OpenAsync(HouseOptions.With(upstream) with { Limits = new GatewayLimits { ConcurrentRequests = 1 } });
        Task<Answer> first = house.AskAsync(Saying.Chat);
        await asked.Task.Soon();

        Answer second = await house.AskAsync(Saying.Chat);
        go.SetResult();

        Assert.Equal((503, "requests_full", "1"), (second.Status, second.Error, second.Header("retry-after")));
        Assert.Equal(200, (await first).Status);
    }

    private static async Task<RawCaller> OpenAsync(GatewayHouse house)
    {
        RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(Saying.ChatStream, house.Secret));
        await caller.ReadUntilAsync("Hello");
        return caller;
    }

    private static async Task<(Outcome Outcome, int Status)> RecordAsync(GatewayHouse house, Answer answer)
    {
        UsageRecord record = await house.RecordOfAsync(answer);
        return (record.Outcome, record.Status);
    }
}
