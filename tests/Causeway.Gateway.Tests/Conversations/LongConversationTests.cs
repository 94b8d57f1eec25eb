using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Conversations;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Channels;
using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Testing;
using Causeway.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Conversations;

/// <summary>C3: conversations of 300,000 tokens, and a base that reads 200,000. Five in every run; CAUSEWAY_SOAK has the fifty.</summary>
public sealed class LongConversationTests
{
    private const int Tokens = 300_000;
    private const int BytesPerToken = 4; // As the two models count.
    private static readonly int s_conversations = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is null ? 5 : 50;

    // The control: where conversations are not told apart, base is sent what it cannot read.
    [Theory]
    [InlineData(ConversationPolicy.Migrate)]
    [InlineData(null)]
    public async Task What_is_longer_than_base_reads_is_told_so_and_base_is_not_asked(ConversationPolicy? policy)
    {
        await using LongHouse house = await LongHouse.OpenAsync(policy, withinBase: false);
        for (int i = 0; i < s_conversations; i++)
        {
            Assert.Equal((200, house.Large.Id), Of(await house.SayAsync($"s-{i}", Tokens)));
            Assert.Equal((200, house.Large.Id), Of(await house.SayAsync($"short-{i}", Tokens / 10)));
        }

        ConversationCounts predicted = await house.PredictAsync();
        await house.RollBackAsync();

        for (int i = 0; i < s_conversations; i++)
        {
            Answer stuck = await house.SayAsync($"s-{i}", Tokens + 100);
            Assert.Equal(policy is null ? (400, "upstream_rejected") : (409, "release_revoked"), (stuck.Status, stuck.Error));
            Assert.Equal((200, house.Small.Id), Of(await house.SayAsync($"short-{i}", (Tokens / 10) + 100)));
            Assert.Equal((200, house.Small.Id), Of(await house.SayAsync($"s-{i}", Tokens / 2))); // Told so, its caller sends less.
        }

        Assert.Equal(policy is null ? 0 : s_conversations, predicted.P3);
        Assert.Equal(policy is null ? s_conversations : 0, house.Refused);
    }

    [Fact]
    public async Task A_rollout_within_what_base_reads_leaves_none_that_is_longer()
    {
        await using LongHouse house = await LongHouse.OpenAsync(ConversationPolicy.Migrate, withinBase: true);
        for (int i = 0; i < s_conversations; i++)
        {
            Answer refused = await house.SayAsync($"s-{i}", Tokens);
            Assert.Equal((400, "context_length_exceeded", "false"), (refused.Status, refused.Error, refused.Header("x-should-retry")));
            Assert.Equal((200, house.Large.Id), Of(await house.SayAsync($"s-{i}", Tokens / 3)));
            Assert.Equal((400, "context_length_exceeded"), (await house.SayAsync($"s-{i}", Tokens)) is { } grown ? (grown.Status, grown.Error) : default); // By what its own answer counted.
        }

        ConversationCounts predicted = await house.PredictAsync();
        await house.RollBackAsync();

        for (int i = 0; i < s_conversations; i++)
        {
            Assert.Equal((200, house.Small.Id), Of(await house.SayAsync($"s-{i}", (Tokens / 3) + 100)));
        }

        Assert.Equal((s_conversations, 0L), (predicted.P0, predicted.P3));
        Assert.Equal(0, house.Refused);
        Assert.All(await house.House.RecordsAsync(), record => Assert.True(record.Outcome is Outcome.Completed or Outcome.Denied));
    }

    private static (int Status, ReleaseId? Release) Of(Answer answer) => (answer.Status, ConversationHouse.ReleaseOf(answer));

    /// <summary>Two models: one that reads a million tokens, and base, which reads 200,000 and refuses more in its vendor's words.</summary>
    private sealed class LongHouse : IAsyncDisposable
    {
        private readonly MemoryConversationStore _conversations;
        private readonly RawUpstream[] _upstreams;
        private int _refused;

        private LongHouse(GatewayHouse house, MemoryReleaseStore store, MemoryConversationStore conversations, RawUpstream[] upstreams)
        {
            (House, _conversations, _upstreams) = (house, conversations, upstreams);
            Desk = new ReleaseDesk(store, store, store, house.Policies, house.Gateway, new InstanceName("here", "1.0"), new InstanceBoard(store: null, TimeProvider.System), TimeProvider.System, NullLogger<ReleaseDesk>.Instance);
        }

        public GatewayHouse House { get; }

        public ReleaseDesk Desk { get; }

        public Release Small { get; private init; } = null!;

        public Release Large { get; private init; } = null!;

        /// <summary>Requests that base refused for their length.</summary>
        public int Refused => Volatile.Read(ref _refused);

        public static async Task<LongHouse> OpenAsync(ConversationPolicy? policy, bool withinBase)
        {
            LongHouse? made = null;
            MemoryConversationStore conversations = new();
            RawUpstream small = RawUpstream.Start(connection => made!.AnswerAsync(connection, window: 200_000));
            RawUpstream large = RawUpstream.Start(connection => made!.AnswerAsync(connection, window: 1_000_000));
            GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
            {
                Conversations = conversations,
                Providers = near => [near.At("small", Protocol.Anthropic, small.Address), near.At("large", Protocol.Anthropic, large.Address)],
            });
            house.Gateway.Lease.HoldForever();
            MemoryReleaseStore store = new();
            Release good = Channels.New("support", ["small/claude-haiku-4-5-20251001"]).Release;
            Release bad = Channels.New("support", ["large/claude-opus-5-5"]).Release;
            await store.AddAsync(good, GatewayHouse.Token);
            await store.AddAsync(bad, GatewayHouse.Token);
            await store.CreateChannelAsync(ReleaseChannel.New("support", good.Id, UnsupportedFields.Deny, DateTimeOffset.UtcNow), GatewayHouse.Token);
            made = new LongHouse(house, store, conversations, [small, large]) { Small = good, Large = bad };
            await made.Desk.LoadAsync(GatewayHouse.Token);
            await made.Desk.SetConversationsAsync("support", policy, null, "noor", GatewayHouse.Token);
            RolloutPlan plan = new() { Stages = [new RolloutStage { Kind = StageKind.Named, Teams = ["search"] }], WithinBase = withinBase };
            Assert.Null((await made.Desk.StartAsync("support", bad.Id, plan, "rehearsed elsewhere", "noor", "test", GatewayHouse.Token))!.Refusal);
            return made;
        }

        public async Task<Answer> SayAsync(string session, int tokens)
        {
            var body = new JsonObject
            {
                ["model"] = "support",
                ["max_tokens"] = 100,
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = new string('a', tokens * BytesPerToken) }),
            };
            HttpRequestMessage message = new Saying(Saying.MessagesPath, body.ToJsonString()).ToMessage(House.Secret);
            message.Headers.TryAddWithoutValidation("x-causeway-session", session);
            Answer answer = await House.SendAsync(message);
            await House.UntilOpenAsync(0);
            return answer;
        }

        public async Task<ConversationCounts> PredictAsync()
        {
            await House.Conversations!.FlushAsync(GatewayHouse.Token).Soon();
            return await _conversations.CountAsync("support", Large.Id, ConversationTargets.Of(Small, House.Policies.Current), DateTimeOffset.MinValue, GatewayHouse.Token);
        }

        public async Task RollBackAsync() =>
            Assert.Empty((await Desk.RollBackAsync("support", new RollbackOrder("mira", "it is bad"), dryRun: false, GatewayHouse.Token))!.Refusals);

        public async ValueTask DisposeAsync()
        {
            await House.DisposeAsync();
            foreach (RawUpstream upstream in _upstreams)
            {
                await upstream.DisposeAsync();
            }
        }

        private async Task AnswerAsync(RawConnection connection, int window)
        {
            int tokens = connection.Body.Length / BytesPerToken;
            if (tokens > window)
            {
                Interlocked.Increment(ref _refused);
                await connection.AnswerAsync(string.Create(CultureInfo.InvariantCulture, $$$"""{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: {{{tokens}}} tokens > {{{window}}} maximum"}}"""), 400);
                return;
            }

            await connection.AnswerAsync(string.Create(CultureInfo.InvariantCulture, $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Yes."}],"stop_reason":"end_turn","usage":{"input_tokens":{{{tokens}}},"output_tokens":3}}"""));
        }
    }
}
