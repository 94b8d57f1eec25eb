using System.Text.Json;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.Books;

/// <summary>What a caller with a vendor's SDK sees of a rollback that meets his call, at another instance than the one that is told to go back.</summary>
public sealed class RollbackSdkTests(FleetHouse house) : IClassFixture<FleetHouse>
{
    private const string Answer = "Hello from the simulator! You said: Hello";

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task A_stream_that_is_cut_throws_with_the_code(string sdk)
    {
        (JsonElement said, _, string bad) = await RollBackAsync(sdk, "cut", stream: true, new { cut = new { at_event = 4, how = "stall" } });

        Assert.Equal(bad, said.GetProperty("release").GetString());
        Assert.StartsWith(said.GetProperty("text").GetString()!, Answer, StringComparison.Ordinal); // What came before is all there is.
        Assert.NotEqual(Answer, said.GetProperty("text").GetString());
        Assert.Contains("release_revoked", said.GetProperty("thrown").GetProperty("said").GetString(), StringComparison.Ordinal);
    }

    // The control of the cut: the same call, drained, comes whole.
    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task A_stream_that_drains_comes_whole_from_the_release_that_began_it(string sdk)
    {
        (JsonElement said, _, string bad) = await RollBackAsync(sdk, "drain", stream: true, new { event_gap_ms = 300 });

        Assert.Equal((bad, Answer, JsonValueKind.Null), (said.GetProperty("release").GetString(), said.GetProperty("text").GetString(), said.GetProperty("thrown").ValueKind));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task A_call_that_waits_is_sent_anew_and_one_plain_reply_comes(string sdk)
    {
        (JsonElement said, string good, _) = await RollBackAsync(sdk, "reissue", stream: false, new { delay_ms = 20_000 });

        Assert.Equal((good, Answer, JsonValueKind.Null), (said.GetProperty("release").GetString(), said.GetProperty("text").GetString(), said.GetProperty("thrown").ValueKind));
    }

    private async Task<(JsonElement Said, string Good, string Bad)> RollBackAsync(string sdk, string streams, bool stream, object then)
    {
        _ = NodeSdk.Node(); // Or a rollout would wait for a caller that cannot start.
        string channel = $"{sdk}-{streams}";
        RunningGateway asked = house.All[1];
        string key = await house.Gateway.NewKeyAsync(channel);
        (string good, string bad) = await house.NewChannelAsync(channel);
        await house.StartRolloutAsync(channel, bad);
        string unit = await UnitOfAsync(asked, key, channel, bad);
        await house.Providers.ClearAsync();
        await house.Providers.ScriptAsync(new { rules = new[] { new { times = 1, then } } });
        try
        {
            Task<JsonElement> calling = NodeSdk.RunAsync("rollback", sdk, asked.Address, key, input: new { channel, unit, stream });
            await UntilSentAsync();
            CommandRun rolled = await house.All[0].RunAsync("rollback", channel, "--streams", streams, "--reason", "worse answers", "--json");
            Assert.True(rolled.ExitCode == 0, rolled.Error + rolled.Output);
            return (await calling, good, bad);
        }
        finally
        {
            await house.Providers.ClearAsync();
        }
    }

    private static async Task<string> UnitOfAsync(RunningGateway asked, string key, string channel, string release)
    {
        for (int number = 0; ; number++)
        {
            string unit = $"unit-{number}";
            using HttpRequestMessage request = Ask.Request(asked, key, Ask.Chat, Ask.ChatBody(channel));
            request.Headers.Add("x-causeway-session", unit);
            (int status, string text, System.Net.Http.Headers.HttpResponseHeaders headers) = await Ask.SendAsync(request);
            Assert.True(status == 200, text);
            if (headers.GetValues("x-causeway-release").Single() == release)
            {
                return unit;
            }
        }
    }

    private async Task UntilSentAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        using PeriodicTimer looks = new(TimeSpan.FromMilliseconds(20));
        while ((await house.Providers.RequestsAsync()).Count == 0)
        {
            await looks.WaitForNextTickAsync(patience.Token);
        }
    }
}
