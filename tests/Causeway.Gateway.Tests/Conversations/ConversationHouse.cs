using System.Text.Json;
using System.Text.Json.Nodes;
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
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Conversations;

/// <summary>A house whose channel, <c>support</c>, has two releases that differ in their prompt alone, and tells its conversations apart. The simulator binds reasoning to all that was said before it.</summary>
internal sealed class ConversationHouse : IAsyncDisposable
{
    private ConversationHouse(GatewayHouse house, MemoryReleaseStore store, MemoryConversationStore conversations) =>
        (House, Conversations, Desk) = (house, conversations, new ReleaseDesk(store, store, store, house.Policies, house.Gateway, new InstanceName("here", "1.0"), new InstanceBoard(store: null, TimeProvider.System), TimeProvider.System, NullLogger<ReleaseDesk>.Instance));

    public GatewayHouse House { get; }

    public MemoryConversationStore Conversations { get; }

    public MemoryTranscriptStore Transcripts { get; private init; } = null!;

    public ReleaseDesk Desk { get; }

    public Release Good { get; private init; } = null!;

    public Release Bad { get; private init; } = null!;

    public static async Task<ConversationHouse> OpenAsync(ConversationPolicy? policy, string good = "claude/claude-opus-5-5", string bad = "claude/claude-opus-5-5", int? transcripts = null)
    {
        MemoryConversationStore conversations = new();
        MemoryTranscriptStore kept = new();
        GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Conversations = conversations,
            Transcripts = kept,
            Providers = near => [near.Anthropic("claude"), near.OpenAI("openai"), near.OpenAI("other", "sk-another-account-51d7"), near.Mistral("mistral")],
        });
        house.Gateway.Lease.HoldForever();
        var store = new MemoryReleaseStore();
        Release one = Channels.New("support", [good], prompt: "Answer briefly.").Release;
        Release two = Channels.New("support", [bad], prompt: "Answer at length.").Release;
        await store.AddAsync(one, GatewayHouse.Token);
        await store.AddAsync(two, GatewayHouse.Token);
        await store.CreateChannelAsync(ReleaseChannel.New("support", one.Id, UnsupportedFields.Deny, DateTimeOffset.UtcNow), GatewayHouse.Token);
        ConversationHouse made = new(house, store, conversations) { Good = one, Bad = two, Transcripts = kept };
        await made.Desk.LoadAsync(GatewayHouse.Token);
        await made.Desk.SetConversationsAsync("support", policy, transcripts, "noor", GatewayHouse.Token);
        return made;
    }

    /// <summary>Everybody new meets the bad release from now on.</summary>
    public async Task StartAsync()
    {
        RolloutPlan plan = new() { Stages = [new RolloutStage { Kind = StageKind.Named, Teams = ["search"] }] };
        Assert.Null((await Desk.StartAsync("support", Bad.Id, plan, "rehearsed elsewhere", "noor", "test", GatewayHouse.Token))!.Refusal);
    }

    public async Task RollBackAsync(StreamPolicy streams = StreamPolicy.Drain) =>
        Assert.Empty((await Desk.RollBackAsync("support", new RollbackOrder("mira", "it is bad") { Streams = streams }, dryRun: false, GatewayHouse.Token))!.Refusals);

    /// <summary>What a dry run says of the bad release's conversations.</summary>
    public async Task<ConversationCounts> PredictAsync()
    {
        await House.UntilOpenAsync(0);
        await House.Conversations!.FlushAsync(GatewayHouse.Token).Soon();
        await House.Transcripts!.FlushAsync(GatewayHouse.Token).Soon();
        return await Conversations.CountAsync("support", Bad.Id, ConversationTargets.Of(Good, House.Policies.Current), DateTimeOffset.MinValue, GatewayHouse.Token);
    }

    /// <summary>What is kept of a conversation once everything so far is over.</summary>
    public async Task<Conversation?> KeptAsync(string session)
    {
        await House.UntilOpenAsync(0);
        await House.Conversations!.FlushAsync(GatewayHouse.Token).Soon();
        return await Conversations.FindAsync(new ConversationKey("support", "search", session), GatewayHouse.Token);
    }

    public async Task<Answer> SendAsync(Saying saying, string session, string? secret = null, string? dataClass = null)
    {
        HttpRequestMessage message = saying.ToMessage(secret ?? House.Secret);
        message.Headers.TryAddWithoutValidation("x-causeway-session", session);
        if (dataClass is not null)
        {
            message.Headers.TryAddWithoutValidation("x-causeway-data-class", dataClass);
        }

        Answer answer = await House.SendAsync(message);
        await House.UntilOpenAsync(0);
        return answer;
    }

    public ValueTask DisposeAsync() => House.DisposeAsync();

    public static ReleaseId? ReleaseOf(Answer answer) => ReleaseId.TryParse(answer.Header("x-causeway-release"), out ReleaseId id) ? id : null;

    public static string? Migrated(Answer answer) => answer.Header("x-causeway-conversation-migrated");
}

/// <summary>A caller of messages that keeps its conversation as the vendor wants it kept: every answer goes back whole, reasoning included.</summary>
internal sealed class Talker(ConversationHouse house, string session)
{
    private readonly JsonArray _messages = [];

    public async Task<Answer> SayAsync(string text)
    {
        _messages.Add(new JsonObject { ["role"] = "user", ["content"] = text });
        var body = new JsonObject
        {
            ["model"] = "support",
            ["max_tokens"] = 4000,
            ["thinking"] = new JsonObject { ["type"] = "adaptive" },
            ["messages"] = _messages.DeepClone(),
        };
        Answer answer = await house.SendAsync(new Saying(Saying.MessagesPath, body.ToJsonString()), session);
        if (answer.Status == 200)
        {
            JsonElement content = answer.Json.GetProperty("content");
            Assert.Contains(content.EnumerateArray(), block => block.GetProperty("type").GetString() == "thinking");
            _messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = JsonNode.Parse(content.GetRawText()) });
        }

        return answer;
    }
}
