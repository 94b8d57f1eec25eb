using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Batches;
using Causeway.Gateway.Books;
using Causeway.Gateway.Cache;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Conversations;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Pins;
using Causeway.Releases.Rollouts;
using Causeway.Simulator;
using Causeway.Testing;
using Causeway.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Tests.House;

/// <summary>
/// The data plane on loopback, put together as the product puts it together, with the simulator behind it. Closing it is a test of
/// its own: no request and no stream is open, and every request that was attributed left exactly one record.
/// </summary>
internal sealed class GatewayHouse : IAsyncDisposable
{
    public const string ProviderKey = "sk-upstream-canary-7f3a9c";
    public static readonly Attribution Attribution = new("search", "answers", "dev");
    private static readonly Lazy<(ModelCatalogue Models, PriceCatalogue Prices)> s_catalogue = new(ReadCatalogue);

    private readonly WebApplication _app;
    private readonly HouseOptions _options;
    private readonly Tally _tally;
    private readonly ImmutableArray<UpstreamClient> _clients;

    private GatewayHouse(WebApplication app, HouseOptions options, SimulatorServer simulator, PolicyPublisher policies, Tally tally, ImmutableArray<UpstreamClient> clients, string secret)
    {
        (_app, _options, Policies, _tally, _clients, Secret) = (app, options, policies, tally, clients, secret);
        Gateway = app.Services.GetRequiredService<InferenceGateway>();
        Measured = app.Services.GetRequiredService<MeasuredDialects>();
        Ledger = app.Services.GetRequiredService<BudgetLedger>();
        Recorder = app.Services.GetRequiredService<Journal>();
        Conversations = app.Services.GetService<ConversationBook>();
        Transcripts = app.Services.GetService<TranscriptBook>();
        Objects = app.Services.GetRequiredService<ObjectBook>();
        Cache = app.Services.GetService<AnswerCache>();
        Meters = app.Services.GetRequiredService<IMeterFactory>();
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Simulator = new SimulatorControl(simulator);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false }) { BaseAddress = Address };
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public Uri Address { get; }

    public HttpClient Http { get; }

    public SimulatorControl Simulator { get; }

    public PolicyPublisher Policies { get; }

    public InferenceGateway Gateway { get; }

    public Journal Recorder { get; }

    public BudgetLedger Ledger { get; }

    public MeasuredDialects Measured { get; }

    /// <summary>Which releases answered conversations; null: nobody knows.</summary>
    public ConversationBook? Conversations { get; }

    public TranscriptBook? Transcripts { get; }

    /// <summary>Whose the things are that providers keep.</summary>
    public ObjectBook Objects { get; }

    /// <summary>Answers that are given again; null: the house keeps none.</summary>
    public AnswerCache? Cache { get; }

    public IMeterFactory Meters { get; }

    /// <summary>What is mapped.</summary>
    public IReadOnlyList<RouteEndpoint> Routes => [.. ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];

    /// <summary>The key that requests carry unless they say otherwise.</summary>
    public string Secret { get; }

    public CapturedLog Log => _options.Log;

    public MemoryUsageStore Store => _options.Store;

    public static async Task<GatewayHouse> OpenAsync(HouseOptions? given = null)
    {
        HouseOptions options = given ?? new HouseOptions();
        SimulatorServer simulator = await SimulatorServer.StartAsync(new SimulatorOptions { Script = options.Script }, Token);
        (ModelCatalogue models, PriceCatalogue prices) = s_catalogue.Value;
        Provider[] providers = [.. options.Providers(new Neighbourhood(simulator.Address, options))];
        ImmutableArray<UpstreamClient> clients = [.. providers.Select(provider => new UpstreamClient(provider))];

        var policies = new PolicyPublisher();
        string secret = KeySecret.New();
        policies.Publish(empty => empty
            .WithKeys([NewKey(secret, options.Time)])
            .With(providers.Zip(clients, (provider, client) => new ProviderRoute(provider, client, models, prices))));

        var tally = new Tally();
        WebApplication app = Build(options, policies, tally);
        await app.StartAsync(Token);
        return new GatewayHouse(app, options, simulator, policies, tally, clients, secret);
    }

    public static Key NewKey(string secret, TimeProvider time, DateTimeOffset? expires = null) => new()
    {
        Id = KeyId.New(time.GetUtcNow()),
        Hash = KeyHash.Of(Encoding.UTF8.GetBytes(secret)),
        Shown = KeySecret.Shown(secret),
        Attribution = Attribution,
        CreatedAt = time.GetUtcNow(),
        ExpiresAt = expires,
    };

    /// <summary>A grant with these limits (<c>requests 10/day</c>), and a key of it.</summary>
    public Granted Grant(params string[] limits) => Grant(grant => grant with { Limits = [.. limits.Select(Granted.LimitOf)] });

    /// <summary>The same with whatever is to be different.</summary>
    public Granted Grant(Func<Grant, Grant> made, string environment = "dev", string? team = null)
    {
        DateTimeOffset now = _options.Time.GetUtcNow();
        Grant grant = made(new Grant { Id = GrantId.New(now), Holder = new Holder(IsFeature: false, team ?? Attribution.Team), CreatedAt = now, CreatedBy = "test" });
        Assert.Empty(Ledger.Create(grant, out _));
        string secret = KeySecret.New();
        Policies.Publish(policy => policy.With(NewKey(secret, _options.Time) with { Grant = grant.Id, Attribution = Attribution with { Environment = environment, Team = team ?? Attribution.Team } }));
        return new Granted(this, Ledger.Find(grant.Id)!, secret);
    }

    /// <summary>A key of a team, with a grant that limits nothing.</summary>
    public Granted Team(string name) => Grant(grant => grant, team: name);

    /// <summary>Sends a request with the house's key, and reads the answer to its end or to where it breaks.</summary>
    public Task<Answer> AskAsync(Saying saying) => SendAsync(saying.ToMessage(Secret));

    public Task<Answer> AskAsync(string path, string body) => AskAsync(new Saying(path, body));

    public async Task<Answer> SendAsync(HttpRequestMessage message)
    {
        using (message)
        {
            using HttpResponseMessage response = await Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, Token).Soon();
            return await Answer.ReadAsync(response).Soon();
        }
    }

    /// <summary>Ends when so many requests are under way. A caller has its answer a little before the request is over.</summary>
    public Task UntilOpenAsync(int requests) => _tally.UntilOpenAsync(requests).Soon();

    /// <summary>The books once everything so far is booked.</summary>
    public async Task<IReadOnlyList<UsageRecord>> RecordsAsync()
    {
        await UntilOpenAsync(0);
        await Recorder.FlushAsync(Token).Soon();
        return Store.Records;
    }

    /// <summary>Ends when it is written whose everything is that was made.</summary>
    public Task UntilWrittenAsync() => Objects.FlushAsync(Token).Soon();

    /// <summary>The record of one answer.</summary>
    public async Task<UsageRecord> RecordOfAsync(Answer answer) =>
        (await RecordsAsync()).Single(record => RequestId.Format(record.Request) == answer.Header("x-causeway-request"));

    /// <summary>The one record that there is.</summary>
    public async Task<UsageRecord> OnlyRecordAsync() => Assert.Single(await RecordsAsync());

    public async ValueTask DisposeAsync()
    {
        IReadOnlyList<UsageRecord> records = await RecordsAsync();
        Assert.Equal(0, Gateway.OpenRequests);
        Assert.Equal(0, Gateway.OpenStreams);
        Assert.Equal(0, Ledger.OpenReservations);
        Assert.All(Ledger.Grants.SelectMany(Ledger.Use), use => Assert.Equal(0, use.Held));
        Assert.Equal(0, await Simulator.OpenStreamsAsync(until: 0));
        Assert.Equal(_tally.Attributed, records.Count(record => record.RoutingRule != (int)Causeway.Releases.Routing.RoutingRule.Shadow)); // Copies were asked for by nobody.
        Assert.Equal(records.Count, records.Select(record => record.Request).Distinct().Count());
        Assert.DoesNotContain(Log.Lines, line => line.Contains(ProviderKey, StringComparison.Ordinal) || line.Contains(Secret, StringComparison.Ordinal));

        Http.Dispose();
        await _app.DisposeAsync();
        foreach (UpstreamClient client in _clients)
        {
            client.Dispose();
        }

        await Simulator.DisposeAsync();
    }

    private static WebApplication Build(HouseOptions options, PolicyPublisher policies, Tally tally)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.AllowSynchronousIO = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = options.SlowestBody;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(ConnectionKey.Attach);
            });
        });
        builder.Services.AddSingleton<IHostLifetime, HostedByTest>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddRoutingCore();
        builder.Services.AddMetrics();
        builder.Services.AddLogging(logging => logging.AddProvider(options.Log).SetMinimumLevel(LogLevel.Trace).AddFilter("Microsoft", LogLevel.Warning));
        builder.Services.AddSingleton(policies);
        builder.Services.AddSingleton(options.Limits);
        builder.Services.AddSingleton<Journal>(services => new OwnedJournal(options.Store, options.Limits, TimeProvider.System, services.GetRequiredService<ILogger<Journal>>()));
        builder.Services.AddSingleton(services => new BudgetLedger(services.GetRequiredService<Journal>(), options.Time));
        builder.Services.AddSingleton(services => new ModelDiscovery(policies, options.Time, services.GetRequiredService<ILogger<ModelDiscovery>>()));
        builder.Services.AddSingleton(services => new MeasuredDialects(
            options.Measurements, webhook: null, services.GetRequiredService<IMeterFactory>(), services.GetRequiredService<ILogger<MeasuredDialects>>()));
        builder.Services.AddSingleton(services => new ObjectBook(options.Objects, options.Time, services.GetRequiredService<ILogger<ObjectBook>>()));
        if (options.Conversations is { } conversations)
        {
            builder.Services.AddSingleton(services => new ConversationBook(conversations, options.Time, services.GetRequiredService<ILogger<ConversationBook>>()));
        }

        if (options.Transcripts is { } transcripts)
        {
            builder.Services.AddSingleton(services => new TranscriptBook(transcripts, options.Masters, options.Time, services.GetRequiredService<ILogger<TranscriptBook>>()));
        }

        if (options.Answers is { } answers)
        {
            builder.Services.AddSingleton(services => new AnswerCache(answers, policies, options.CacheLimits, options.Time, services.GetRequiredService<ILogger<AnswerCache>>()));
        }

        builder.Services.AddSingleton(services => new InferenceGateway(
            policies,
            services.GetRequiredService<BudgetLedger>(),
            services.GetRequiredService<ModelDiscovery>(),
            services.GetRequiredService<Journal>(),
            options.Limits,
            services.GetRequiredService<MeasuredDialects>(),
            options.Masters,
            options.Time,
            services.GetRequiredService<IMeterFactory>(),
            services.GetRequiredService<ILogger<InferenceGateway>>(),
            options.Lease,
            services.GetService<AnswerCache>(),
            services.GetService<ConversationBook>(),
            options.Failed,
            new BatchBook(options.Batches, options.Time, services.GetRequiredService<ILogger<BatchBook>>()),
            services.GetRequiredService<ObjectBook>(),
            services.GetService<TranscriptBook>()));

        WebApplication app = builder.Build();
        var identify = new Identify(app.Services.GetRequiredService<BudgetLedger>(), new Capabilities(app.Services.GetRequiredService<BudgetLedger>(), options.Masters), new FailedKeys(int.MaxValue, int.MaxValue, options.Time), options.Time);
        if (options.Proxies is { } proxies)
        {
            app.Use(next => context => proxies.ApplyAsync(context, next));
        }

        app.Use(next => context => HeaderGuard.CheckAsync(context, next));
        app.Use(next => context => tally.CountAsync(context, next, () => !identify.RunAsync(context.Request, policies.Current).AsTask().GetAwaiter().GetResult().Failed(out _, out GatewayError? error) || error.Asker is not null));
        app.UseRouting();
        app.MapInference(app.Services.GetRequiredService<InferenceGateway>());
        return app;
    }

    private static (ModelCatalogue Models, PriceCatalogue Prices) ReadCatalogue()
    {
        byte[] json = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "models.json"));
        return (ModelCatalogue.Parse(json), PriceCatalogue.Parse(json));
    }

    private sealed class HostedByTest : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>What a test wants different.</summary>
internal sealed record HouseOptions
{
    /// <summary>Under which capability keys are made.</summary>
    public MasterKeys Masters { get; init; } = MasterKeys.New();

    public string? Script { get; init; }

    public GatewayLimits Limits { get; init; } = new();

    public ProviderTimeouts Timeouts { get; init; } = new();

    /// <summary>Short waits: what is tested is whether it waits as told, not for how long it may.</summary>
    public ProviderRetries Retries { get; init; } = new() { FirstBackoff = TimeSpan.FromMilliseconds(1), MaxBackoff = TimeSpan.FromMilliseconds(4) };

    /// <summary>What becomes of calls whose caller leaves.</summary>
    public ClientGone ClientGone { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public MemoryUsageStore Store { get; init; } = new();

    /// <summary>The lease for candidates; null: by the house's own clock.</summary>
    public CandidateLease? Lease { get; init; }

    /// <summary>Where answers are kept that are given again; null: none is.</summary>
    public MemoryAnswerStore? Answers { get; init; }

    /// <summary>Where it is kept which releases answered conversations; null: nowhere.</summary>
    public MemoryConversationStore? Conversations { get; init; }

    public MemoryTranscriptStore? Transcripts { get; init; }

    /// <summary>Where it is kept whose the things are that providers keep.</summary>
    public MemoryObjectStore Objects { get; init; } = new();

    /// <summary>Who may use them.</summary>
    public ObjectSharing Sharing { get; init; }

    /// <summary>Where batches are kept.</summary>
    public MemoryBatchStore Batches { get; init; } = new();

    public CacheLimits CacheLimits { get; init; } = new();

    public MemoryConformanceStore Measurements { get; init; } = new();

    public CapturedLog Log { get; init; } = new();

    /// <summary>Bounds on keys that are no good; null: the standard.</summary>
    public FailedKeys? Failed { get; init; }

    /// <summary>Who may say for whom a request comes; null: nobody.</summary>
    public TrustedProxies? Proxies { get; init; }

    public MinDataRate SlowestBody { get; init; } = new(1024, TimeSpan.FromSeconds(5));

    /// <summary>The providers, given where the simulator is; default one of each protocol, all of them the simulator.</summary>
    public Func<Neighbourhood, IEnumerable<Provider>> Providers { get; init; } = near =>
        [near.OpenAI("openai"), near.Anthropic("anthropic"), near.Gemini("gemini")];

    /// <summary>A house whose only provider is at this address and speaks OpenAI's protocol.</summary>
    public static HouseOptions With(RawUpstream upstream) => new() { Providers = near => [near.At("openai", Protocol.OpenAI, new Uri(upstream.Address, "/v1"))] };
}

/// <summary>Makes providers that live at the simulator, or elsewhere.</summary>
internal sealed record Neighbourhood(Uri Simulator, HouseOptions Options)
{
    public Provider OpenAI(string name, string key = GatewayHouse.ProviderKey) => At(name, Protocol.OpenAI, new Uri(Simulator, "/openai/v1"), key: key);

    public Provider Mistral(string name) => At(name, Protocol.OpenAI, new Uri(Simulator, "/mistral/v1"), server: "mistral");

    public Provider Anthropic(string name) => At(name, Protocol.Anthropic, new Uri(Simulator, "/anthropic"));

    public Provider Gemini(string name) => At(name, Protocol.Gemini, new Uri(Simulator, "/gemini"));

    public Provider At(string name, Protocol protocol, Uri endpoint, string? region = null, string server = "openai", string key = GatewayHouse.ProviderKey) => new()
    {
        Name = name,
        Protocol = protocol,
        Endpoint = endpoint,
        Key = key,
        Server = server,
        Region = region,
        Timeouts = Options.Timeouts,
        Retries = Options.Retries,
        ClientGone = Options.ClientGone,
        Objects = Options.Sharing,
        Catalogue = server == "openai" ? ProtocolNames.Of(protocol) : server,
    };
}
