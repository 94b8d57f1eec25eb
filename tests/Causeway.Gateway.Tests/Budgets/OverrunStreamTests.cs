using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.Budgets;

/// <summary>F-13: a provider that does not stop where it was told to. What it goes on with is held for as it comes; where no more is given, the stream is ended.</summary>
public sealed class OverrunStreamTests
{
    private const int Pieces = 40_000; // 200,000 bytes, 25,000 tokens at least, and more than the buffers of a connection take.
    private const string Piece = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-5.4-mini\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"},\"finish_reason\":null}]}\n\n";
    private const string Body = """{"model":"gpt-5.4-mini","max_completion_tokens":20,"stream":true,"messages":[{"role":"user","content":"x"}]}""";

    public static TheoryData<string> Ways => ["/v1/chat/completions", "/passthrough/openai/v1/chat/completions"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task One_that_goes_on_beyond_its_cap_is_ended_where_the_budget_has_no_room(string path)
    {
        (Answer answer, LedgerEvent last, UsageRecord record, int sent) = await AskAsync(path, "tokens_out 200");

        Assert.Equal((200, "budget_ended", Outcome.Interrupted), (answer.Status, record.ErrorCode, record.Outcome));
        Assert.InRange(answer.Events.Count, 2, 100); // 20 tokens of it are 160 bytes.
        Assert.True(sent < Pieces, $"The provider was left to say all of its {sent} pieces.");
        Assert.InRange(last.Booked.TokensOut, 20, 200);
    }

    // The control.
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Where_there_is_room_it_is_held_for_as_it_goes_on(string path)
    {
        (Answer answer, LedgerEvent last, UsageRecord record, int sent) = await AskAsync(path, "tokens_out 1000000");

        Assert.Equal((200, null, Outcome.Completed, Pieces), (answer.Status, record.ErrorCode, record.Outcome, sent));
        Assert.Equal("[DONE]", answer.Events[^1]);
        Assert.InRange(last.Held.TokensOut, 25_000, 50_000);
    }

    private static async Task<(Answer Answer, LedgerEvent Last, UsageRecord Record, int Sent)> AskAsync(string path, string limit)
    {
        int sent = 0;
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n");
            for (; sent < Pieces; sent++)
            {
                await connection.WriteAsync(Piece);
            }

            await connection.WriteAsync("data: [DONE]\n\n");
        });
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Providers = _ => [new Neighbourhood(upstream.Address, new HouseOptions()).At("openai", Protocol.OpenAI, new Uri(upstream.Address, "/v1"))],
        });
        Granted granted = house.Grant(limit);
        string body = path.StartsWith("/passthrough", StringComparison.Ordinal) ? Body : Body.Replace("\"gpt", "\"openai/gpt", StringComparison.Ordinal);
        Answer answer = await granted.AskAsync(new Saying(path, body));
        IReadOnlyList<LedgerEvent> events = await granted.EventsOfAsync(answer);
        LedgerEvent last = events.Last(one => one.Kind == LedgerEventKind.Settled);
        LedgerEvent held = events.Last(one => one.Held != default);
        return (answer, last with { Held = held.Held }, await house.OnlyRecordAsync(), sent);
    }
}
