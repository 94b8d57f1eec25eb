using Causeway.Budgets.Agreements;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;
using Causeway.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Residency;

/// <summary>
/// A house whose providers live at one upstream in the test's hand, each under an agreement that a test can end, and whose channels' releases it can take back, at any moment: also between two
/// calls of one request. Every provider needs an agreement.
/// </summary>
internal sealed class LegHouse : IAsyncDisposable
{
    public const string Chatted =
        """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"{\"city\":\"Oslo\",\"population\":1}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}""";

    private static readonly DateTimeOffset s_made = DateTimeOffset.UnixEpoch;
    private readonly RawUpstream _upstream;
    private readonly List<string> _arrived;
    private readonly Dictionary<string, Agreement> _agreements = new(StringComparer.Ordinal);

    private LegHouse(GatewayHouse house, RawUpstream upstream, List<string> arrived)
    {
        (House, _upstream, _arrived) = (house, upstream, arrived);
        Books = new OwnedJournal(Own, new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
    }

    public GatewayHouse House { get; }

    /// <summary>What Causeway books for itself.</summary>
    public MemoryUsageStore Own { get; } = new();

    public Journal Books { get; }

    /// <summary>What happens in the middle of a leg; null: nothing.</summary>
    public Action? Turn { get; set; }

    /// <summary>The targets that were asked for, oldest first.</summary>
    public IReadOnlyList<string> Arrived
    {
        get
        {
            lock (_arrived)
            {
                return [.. _arrived];
            }
        }
    }

    /// <param name="answer">What is answered to the nth call, from 1 on.</param>
    /// <param name="options">What else is to be different.</param>
    public static async Task<LegHouse> OpenAsync(Func<LegHouse, int, string, (int Status, string Json)> answer, HouseOptions? options = null)
    {
        List<string> arrived = [];
        LegHouse? self = null;
        RawUpstream upstream = RawUpstream.Start(connection =>
        {
            int number;
            string target = connection.Head.Split(' ')[1];
            lock (arrived)
            {
                arrived.Add(target);
                number = arrived.Count;
            }

            (int status, string json) = answer(self!, number, target);
            return connection.AnswerAsync(json, status);
        });
        GatewayHouse house = await GatewayHouse.OpenAsync((options ?? new HouseOptions()) with
        {
            Providers = near =>
            [
                near.At("first", Protocol.OpenAI, new Uri(upstream.Address, "/first/v1"), "eu-central-1"),
                near.At("second", Protocol.OpenAI, new Uri(upstream.Address, "/second/v1"), "eu-west-1"),
                near.At("claude", Protocol.Anthropic, new Uri(upstream.Address, "/claude"), "us-east-1"),
            ],
        });
        self = new LegHouse(house, upstream, arrived);
        house.Policies.Publish(policy => policy.RequiringAgreements(true));
        return self;
    }

    /// <summary>The agreement of a provider.</summary>
    public string Of(string provider) => _agreements[provider].Id.ToString();

    /// <summary>Makes an agreement with a provider.</summary>
    public void Cover(string provider, string region = "global", params string[] data)
    {
        Agreement made = new()
        {
            Id = AgreementId.New(s_made),
            Provider = provider,
            Regions = [region],
            Data = data is [] ? ["internal"] : [.. data],
            From = s_made,
            Until = s_made.AddYears(200),
            CreatedAt = s_made,
            CreatedBy = "mira",
        };
        _agreements[provider] = made;
        House.Policies.Publish(policy => policy.WithAgreements(made));
    }

    /// <summary>Ends it, now.</summary>
    public void End(string provider)
    {
        Agreement ended = _agreements[provider] with { EndedAt = s_made.AddDays(1), EndedBy = "noor", EndReason = "test", Version = 2 };
        House.Policies.Publish(policy => policy.WithAgreements(ended));
    }

    /// <summary>Takes a channel's release back, the candidate where there is one, and puts nothing in its place.</summary>
    public void Revoke(string channel) => House.Policies.Publish(policy =>
    {
        ServedChannel served = policy.FindChannel(channel)!;
        ReleaseId gone = (served.Candidate ?? served.Stable).Release.Id;
        ChannelRouting routing = policy.Routing.RoutingOf(channel).WithQuarantined(new QuarantinedRelease(gone, s_made, "mira", "it is bad", default));
        return policy.WithRouting(policy.Routing.Revision + 1, [], [routing with { Revision = policy.Routing.Revision + 1 }], []);
    });

    public async ValueTask DisposeAsync()
    {
        await House.DisposeAsync();
        await Books.DisposeAsync();
        await _upstream.DisposeAsync();
    }
}
