using Causeway.Gateway.Cache;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Rollouts;
using Causeway.Releases.Releases;
using Causeway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Cache;

/// <summary>A house whose channel, <c>support</c>, keeps its answers: the good release's are the simulator's, the bad one's are of an upstream in the test's hand.</summary>
internal sealed class CacheHouse : IAsyncDisposable
{
    private CacheHouse(RollbackHouse back, MemoryAnswerStore store, FakeTimeProvider time) => (Back, Answers, Time) = (back, store, time);

    public RollbackHouse Back { get; }

    public GatewayHouse House => Back.House;

    public MemoryAnswerStore Answers { get; }

    public FakeTimeProvider Time { get; }

    public CacheCounts Counts => House.Cache!.CountsOf("support");

    public static async Task<CacheHouse> OpenAsync(Uri? bad = null, MemoryAnswerStore? store = null, CacheLimits? limits = null, bool pointAtBad = false, bool startRollout = false)
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 26, 9, 0, 0, TimeSpan.Zero));
        MemoryAnswerStore answers = store ?? new MemoryAnswerStore();
        RollbackHouse back = await RollbackHouse.OpenAsync(
            bad ?? new Uri("http://127.0.0.1:1"),
            new HouseOptions { Answers = answers, Time = time, CacheLimits = limits ?? new CacheLimits() },
            pointAtBad: pointAtBad,
            startRollout: startRollout);
        await back.Desk.SetCacheAsync("support", 600, "noor", GatewayHouse.Token);
        return new CacheHouse(back, answers, time);
    }

    /// <summary>Asks, and returns when what is to be kept is.</summary>
    public async Task<Answer> AskAsync(Saying saying, params (string Name, string Value)[] headers) => await AskAsync(House.Secret, saying, headers);

    public async Task<Answer> AskAsync(string secret, Saying saying, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage message = saying.ToMessage(secret);
        foreach ((string name, string value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        Answer answer = await House.SendAsync(message);
        await SettleAsync();
        return answer;
    }

    /// <summary>Ends when no request is open and all is kept that is to be.</summary>
    public async Task SettleAsync()
    {
        await House.UntilOpenAsync(0);
        await House.Cache!.FlushAsync(GatewayHouse.Token).Soon();
    }

    public static Saying Chat(string members = "\"temperature\":0", string text = "Tell me about bridges") =>
        new(Saying.ChatPath, $$"""{"model":"support",{{members}},"messages":[{"role":"user","content":"{{text}}"}]}""");

    public static string? Word(Answer answer) => answer.Header("x-causeway-cache");

    public static ReleaseId ReleaseOf(Answer answer) => ReleaseId.TryParse(answer.Header("x-causeway-release"), out ReleaseId id) ? id : throw new InvalidOperationException("It has no release.");

    public ValueTask DisposeAsync() => Back.DisposeAsync();
}
