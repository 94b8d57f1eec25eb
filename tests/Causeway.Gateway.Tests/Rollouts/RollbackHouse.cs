using Causeway.Contracts.Registry;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Shape;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Testing;
using Causeway.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>
/// A house with a channel, <c>support</c>, that pointed at a good release, answered by the simulator, and points at a bad one, answered by an upstream in
/// the test's own hand; and a desk to roll it back at.
/// </summary>
internal sealed class RollbackHouse : IAsyncDisposable
{
    public const string Model = "gpt-5.4-mini";

    public static readonly Saying Chat = new(Saying.ChatPath, """{"model":"support","messages":[{"role":"user","content":"Tell me about bridges"}]}""");
    public static readonly Saying ChatStream = new(Saying.ChatPath, """{"model":"support","stream":true,"messages":[{"role":"user","content":"Tell me about bridges"}]}""");

    private RollbackHouse(GatewayHouse house, MemoryReleaseStore store, TimeProvider time)
    {
        (House, Store, Ways) = (house, store, new WaysBack(store, house.Policies));
        Desk = new ReleaseDesk(store, store, store, house.Policies, house.Gateway, Name, new InstanceBoard(store: null, time), time, NullLogger<ReleaseDesk>.Instance) { Ways = Ways };
    }

    public static InstanceName Name { get; } = new("here", "1.2.3");

    public GatewayHouse House { get; }

    public MemoryReleaseStore Store { get; }

    public ReleaseDesk Desk { get; }

    public WaysBack Ways { get; }

    public CandidateLease Lease => House.Gateway.Lease;

    public Release Good { get; private init; } = null!;

    public Release Bad { get; private init; } = null!;

    /// <summary>
    /// Opens one whose bad provider is at this address; with a fallback, the bad release has a second pin, there. The good one is the simulator unless it has an address. Both releases answer by a
    /// contract with this schema, where there is one.
    /// </summary>
    public static async Task<RollbackHouse> OpenAsync(Uri bad, HouseOptions? options = null, Protocol protocol = Protocol.OpenAI, string? badPin = null, bool startRollout = false, bool pointAtBad = true, bool holdLease = true, TimeProvider? leaseTime = null, Uri? fallback = null, Uri? good = null, string? contract = null)
    {
        HouseOptions given = options ?? new HouseOptions();
        GatewayHouse house = await GatewayHouse.OpenAsync(given with
        {
            Lease = leaseTime is null ? null : new CandidateLease(leaseTime),
            Providers = near => [good is null ? near.OpenAI("good") : near.At("good", Protocol.OpenAI, new Uri(good, "/v1")), near.At("bad", protocol, new Uri(bad, "/v1")), near.At("worse", protocol, new Uri(fallback ?? bad, "/v1"))],
        });
        var store = new MemoryReleaseStore();
        ReleaseContract? kept = contract is null ? null : Register(house, contract);
        Release right = Under(kept, Channels.New("support", [$"good/{Model}"]).Release);
        Release wrong = Under(kept, Channels.New("support", [badPin ?? $"bad/{Model}", .. fallback is null ? [] : (string[])[$"worse/{Model}"]]).Release);
        await store.AddAsync(right, GatewayHouse.Token);
        await store.AddAsync(wrong, GatewayHouse.Token);
        DateTimeOffset now = given.Time.GetUtcNow();
        await store.CreateChannelAsync(ReleaseChannel.New("support", right.Id, UnsupportedFields.Deny, now), GatewayHouse.Token);
        if (startRollout)
        {
            await store.CommitAsync(new RoutingCommit(1, now, [ChannelRouting.Of("support") with { Rollout = Rollout(right.Id, wrong.Id, now) }], [], []), GatewayHouse.Token);
        }
        else if (pointAtBad)
        {
            await store.PointChannelAsync(new WantedChannel("support", wrong.Id, UnsupportedFields.Deny), 1, now, GatewayHouse.Token);
        }

        RollbackHouse made = new(house, store, given.Time) { Good = right, Bad = wrong };
        if (holdLease)
        {
            house.Gateway.Lease.HoldForever();
        }

        await made.Desk.LoadAsync(GatewayHouse.Token);
        return made;
    }

    public async Task<RollbackResult> RollBackAsync(StreamPolicy streams = StreamPolicy.Drain)
    {
        RollbackResult? result = await Desk.RollBackAsync("support", new RollbackOrder("mira", "it is bad") { Streams = streams }, dryRun: false, GatewayHouse.Token);
        Assert.NotNull(result);
        Assert.Empty(result.Refusals);
        return result;
    }

    public ValueTask DisposeAsync() => House.DisposeAsync();

    private static ReleaseContract Register(GatewayHouse house, string schema)
    {
        house.Register("kept", schema);
        Contract contract = house.Policies.Current.FindContract("kept")!.Contract;
        return new ReleaseContract(contract.Name, contract.Version, contract.Id.Text);
    }

    private static Release Under(ReleaseContract? contract, Release release) => contract is null ? release : new Release(new ReleaseContent { Pins = release.Pins, Contract = contract }, release.Label, release.CreatedAt);

    // Everybody who is of team search, as every key of the house is.
    private static Rollout Rollout(ReleaseId from, ReleaseId to, DateTimeOffset now) => new()
    {
        Id = RolloutId.New(now),
        Base = from,
        Candidate = to,
        Plan = new RolloutPlan { Stages = [new RolloutStage { Kind = StageKind.Named, Teams = ["search"] }] },
        StartedAt = now,
        StartedBy = "noor",
        StageSince = now,
    };
}

/// <summary>What the bad upstream answers, piece by piece, when the test says so.</summary>
internal sealed class HeldUpstream : IAsyncDisposable
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _requests = new(0);
    private readonly SemaphoreSlim _hungUp = new(0);
    private readonly RawUpstream _upstream;

    /// <param name="first">Sent at once; empty: nothing.</param>
    /// <param name="rest">Sent when it may go on.</param>
    /// <param name="again">Sent fifty times a second until then; null: nothing is.</param>
    public HeldUpstream(string first, string rest, string? again = null) => _upstream = RawUpstream.Start(async connection =>
    {
        if (first.Length > 0)
        {
            await connection.WriteAsync(first);
        }

        _arrived.TrySetResult();
        _requests.Release();
        Task closed = connection.UntilClosedAsync();
        if (again is not null)
        {
            await RepeatAsync(connection, again, closed);
        }

        if (await Task.WhenAny(closed, _goOn.Task) == _goOn.Task)
        {
            await connection.WriteAsync(rest);
            return;
        }

        _closed.TrySetResult();
        _hungUp.Release();
    });

    public Uri Address => _upstream.Address;

    public int Connections => _upstream.Connections;

    /// <summary>A request is there.</summary>
    public Task Arrived => _arrived.Task.Soon();

    /// <summary>So many requests are there, beyond those that were waited for before.</summary>
    public async Task ArrivedAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await _requests.WaitAsync().Soon();
        }
    }

    /// <summary>The gateway hung up.</summary>
    public Task Closed => _closed.Task.Soon();

    /// <summary>The gateway hung up on so many.</summary>
    public async Task ClosedAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await _hungUp.WaitAsync().Soon();
        }
    }

    /// <summary>Connections that the gateway hung up on, beyond those that were waited for.</summary>
    public int HungUp => _hungUp.CurrentCount;

    public void GoOn() => _goOn.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _upstream.DisposeAsync();
        _requests.Dispose();
        _hungUp.Dispose();
    }

    private async Task RepeatAsync(RawConnection connection, string piece, Task closed)
    {
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(20));
        try
        {
            while (!closed.IsCompleted && !_goOn.Task.IsCompleted && await pace.WaitForNextTickAsync(connection.End))
            {
                await connection.WriteAsync(piece);
            }
        }
        catch (IOException)
        {
            await closed; // Written to one that has hung up.
        }
    }

    /// <summary>A whole answer of chat completions.</summary>
    public static string Whole(string text)
    {
        string json = """{"id":"x","object":"chat.completion","created":1,"model":"gpt-5.4-mini","choices":[{"index":0,"message":{"role":"assistant","content":"TEXT"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}""".Replace("TEXT", text, StringComparison.Ordinal);
        return $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {json.Length}\r\nconnection: close\r\n\r\n{json}";
    }

    /// <summary>The head and the first piece of a stream of them.</summary>
    public static string Begun(string text) =>
        $"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n{More(text)}";

    /// <summary>A further piece.</summary>
    public static string More(string text) => $"data: {Piece(text)}\n\n";

    /// <summary>The end of one.</summary>
    public static string Ended { get; } =
        """data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"gpt-5.4-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n";

    private static string Piece(string text) =>
        $$$"""{"id":"x","object":"chat.completion.chunk","created":1,"model":"gpt-5.4-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"{{{text}}}"},"finish_reason":null}]}""";
}
