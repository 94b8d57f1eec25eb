using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Instance;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Composition;
using Causeway.Gateway.Books;
using Causeway.Gateway.Cache;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Cache;
using Causeway.Simulator;
using Causeway.Testing;
using Causeway.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Tests.Admin;

/// <summary>The admin API on a real socket, with stores in memory and the simulator as its provider.</summary>
internal sealed class AdminHost : IAsyncDisposable
{
    public const string Token = "cwa_a-token-for-tests-that-is-long-enough";

    /// <summary>Those who have tokens of their own.</summary>
    public static readonly string[] Operators = ["mira", "noor", "ida"];

    private readonly WebApplication _app;
    private readonly SimulatorServer _simulator;
    private readonly UpstreamClient[] _clients;

    private AdminHost(WebApplication app, SimulatorServer simulator, UpstreamClient[] clients)
    {
        (_app, _simulator, _clients) = (app, simulator, clients);
        Address = new Uri(app.Urls.Single() + "/");
        Http = new HttpClient { BaseAddress = Address };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public Uri Address { get; }

    /// <summary>Sends the administrator's token.</summary>
    public HttpClient Http { get; }

    public SettableTime Time { get; private init; } = new();

    /// <summary>By which drills last: it passes when a test says so.</summary>
    public static TimeProvider DrillClock => TimeProvider.System;

    public MemoryKeyStore Keys { get; private init; } = new();

    public MemoryRevocationStore Revocations { get; private init; } = new();

    public MemoryUsageStore Usage { get; private init; } = new();

    public MemoryRaiseStore Raises { get; private init; } = new();

    public Budgets.Alerts.IDeadLetterStore DeadLetters => _app.Services.GetRequiredService<Budgets.Alerts.IDeadLetterStore>();

    public ReleaseDesk Desk => _app.Services.GetRequiredService<ReleaseDesk>();

    public Budgets.Batches.IBatchStore Batches => _app.Services.GetRequiredService<Budgets.Batches.IBatchStore>();

    public MemorySpentTokenStore Spent => (MemorySpentTokenStore)_app.Services.GetRequiredService<ISpentTokenStore>();

    public MemoryShadowStore Shadow => (MemoryShadowStore)_app.Services.GetRequiredService<Causeway.Shadow.Import.IShadowStore>();

    public SaidResidency Residency => (SaidResidency)_app.Services.GetRequiredService<Budgets.Agreements.IResidencyStore>();

    public MemoryAgreementStore Agreements => (MemoryAgreementStore)_app.Services.GetRequiredService<Budgets.Agreements.IAgreementStore>();

    public Budgets.Ledger.BudgetLedger Ledger => _app.Services.GetRequiredService<Budgets.Ledger.BudgetLedger>();

    public MemoryReleaseStore Releases { get; private init; } = new();

    public MemoryContractStore Contracts { get; private init; } = new();

    public MemoryConformanceStore Conformance { get; private init; } = new();

    public SettableReload Reload { get; private init; } = new();

    public FailedKeys Failed => _app.Services.GetRequiredService<FailedKeys>();

    public PolicyPublisher Policies => _app.Services.GetRequiredService<PolicyPublisher>();

    public Journal Recorder => _app.Services.GetRequiredService<Journal>();

    public MemoryLedgerStore Events => (MemoryLedgerStore)_app.Services.GetRequiredService<Budgets.Ledger.ILedgerStore>();

    public SimulatorServer Simulator => _simulator;

    public MeasuredDialects Measured => _app.Services.GetRequiredService<MeasuredDialects>();

    public ProbeRuns Probes => _app.Services.GetRequiredService<ProbeRuns>();

    public InferenceGateway Gateway => _app.Services.GetRequiredService<InferenceGateway>();

    /// <summary>What the watch does once a second: what channels answered with before is at hand.</summary>
    public Task LookBackAsync() => _app.Services.GetRequiredService<WaysBack>().LookAsync(CancellationToken.None);

    public IEnumerable<RouteEndpoint> Endpoints => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    /// <param name="identity">Who people are; null: nobody signs in by an issuer.</param>
    public static async Task<AdminHost> StartAsync(Causeway.Configuration.IdentityConfiguration? identity = null)
    {
        SimulatorServer simulator = await SimulatorServer.StartAsync(new SimulatorOptions(), CancellationToken.None);
        (Causeway.Releases.Pins.ModelCatalogue models, Budgets.Pricing.PriceCatalogue prices) = Catalogues.Read();
        Provider[] providers =
        [
            new() { Name = "openai", Protocol = Protocol.OpenAI, Endpoint = new Uri(simulator.Address, "openai/v1"), Key = "upstream-secret", Catalogue = "openai", Region = "eu-west-1", DataClasses = ["public", "internal"] },
            new() { Name = "claude", Protocol = Protocol.Anthropic, Endpoint = new Uri(simulator.Address, "anthropic"), Key = "upstream-secret", Catalogue = "anthropic" },
            new() { Name = "claude-eu", Protocol = Protocol.Anthropic, Endpoint = new Uri(simulator.Address, "anthropic"), Key = "upstream-secret", Catalogue = "anthropic" },
            new() { Name = "closed", Protocol = Protocol.OpenAI, Endpoint = new Uri("http://127.0.0.1:1/v1") },
        ];
        UpstreamClient[] clients = [.. providers.Select(provider => new UpstreamClient(provider))];
        var policies = new PolicyPublisher();
        policies.Publish(empty => empty.With(providers.Zip(clients, (provider, client) => new ProviderRoute(provider, client, models, prices))));

        var time = new SettableTime();
        var keys = new MemoryKeyStore();
        var revocations = new MemoryRevocationStore();
        var usage = new MemoryUsageStore();
        var raises = new MemoryRaiseStore();
        var ledger = new MemoryLedgerStore(usage, raises);
        var masters = Budgets.Keys.Capabilities.MasterKeys.New();
        var releases = new MemoryReleaseStore { Failure = static () => new Causeway.Storage.StoreUnavailableException("The disk is full.") };
        var contracts = new MemoryContractStore();
        var conformance = new MemoryConformanceStore();
        var reload = new SettableReload();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        IServiceCollection services = builder.Services;
        services.AddRoutingCore().AddMetrics().AddSingleton<TimeProvider>(time);
        services.AddSingleton(new AdminCredential(KeyHash.Of(Encoding.UTF8.GetBytes(Token)))
        {
            Operators = Operators.Concat(RoleTable.Words.Select(one => one.Word)).ToDictionary(name => KeyHash.Of(Encoding.UTF8.GetBytes(TokenOf(name)))),
            Roles = RoleTable.Words.ToDictionary(one => one.Word, IReadOnlySet<Role> (one) => new HashSet<Role> { one.Role }),
        });
        services.AddSingleton<Causeway.Shadow.Import.IShadowStore>(new MemoryShadowStore());
        services.AddSingleton<Budgets.Agreements.IAgreementStore>(new MemoryAgreementStore()).AddSingleton<Budgets.Agreements.IResidencyStore>(new SaidResidency());
        services.AddSingleton<Budgets.Raises.IRaiseStore>(raises).AddSingleton(new Budgets.Raises.RaisePolicy(Budgets.Raises.RaisePolicy.DefaultTwoApproversAboveNanoUsd));
        services.AddSingleton<Budgets.Keys.Capabilities.IRevocationStore>(revocations).AddSingleton<ISpentTokenStore>(new MemorySpentTokenStore());
        services.AddIdentity(identity ?? Causeway.Configuration.IdentityConfiguration.Default, time);
        services.AddSingleton<IKeyStore>(keys).AddSingleton<Budgets.Ledger.IUsageStore>(usage).AddSingleton<IConfigurationReload>(reload);
        services.AddSingleton<Causeway.Releases.Releases.IReleaseStore>(releases).AddSingleton<Causeway.Releases.Routing.IRoutingStore>(releases).AddSingleton(models);
        services.AddSingleton<Causeway.Contracts.Registry.IContractStore>(contracts).AddSingleton<Causeway.Contracts.Conformance.IConformanceStore>(conformance);
        services.AddSingleton(policies);
        services.AddSingleton(new InstanceInfo("1.2.3", time.GetUtcNow(), "sqlite:causeway.db", "/var/lib/causeway", "127.0.0.1:8080", null));
        services.AddSingleton<Journal>(_ => new OwnedJournal(ledger, new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance));
        services.AddSingleton(_ => new ModelDiscovery(policies, TimeProvider.System, NullLogger<ModelDiscovery>.Instance));
        services.AddSingleton(provider => new MeasuredDialects(conformance, webhook: null, provider.GetRequiredService<IMeterFactory>(), NullLogger<MeasuredDialects>.Instance));
        services.AddSingleton(new ProbeTimetable(Every: null, ProbePlan.DefaultMaxNanoUsd, []));
        services.AddSingleton(provider => new ProbeRuns(
            provider.GetRequiredService<MeasuredDialects>(), provider.GetRequiredService<Journal>(), policies, time, NullLogger<ProbeRuns>.Instance));
        services.AddSingleton(provider => new ContractTester(provider.GetRequiredService<MeasuredDialects>(), provider.GetRequiredService<Journal>(), policies, time));
        services.AddSingleton<Budgets.Ledger.ILedgerStore>(ledger).AddSingleton(masters);
        services.AddSingleton<Budgets.Alerts.IDeadLetterStore>(new MemoryDeadLetterStore()).AddSingleton(new Causeway.Gateway.Alerts.Webhooks(Hook is { } hook ? new Causeway.Gateway.Alerts.SignedWebhook(hook, null, time, NullLogger.Instance) : null, null));
        services.AddSingleton<Budgets.Payloads.IPayloadStore>(new MemoryPayloadStore()).AddSingleton<Budgets.Payloads.ICaptureOrderStore>(new MemoryCaptureOrderStore());
        services.AddSingleton<Budgets.Batches.IBatchStore>(new MemoryBatchStore());
        services.AddSingleton(provider => new Causeway.Gateway.Capture.PayloadBook(provider.GetRequiredService<Budgets.Payloads.IPayloadStore>(), new Causeway.Gateway.Capture.PayloadSeal(masters), time, NullLogger<Causeway.Gateway.Capture.PayloadBook>.Instance));
        services.AddHostedService(provider => provider.GetRequiredService<Causeway.Gateway.Capture.PayloadBook>());
        services.AddSingleton(provider => new Budgets.Ledger.BudgetLedger(provider.GetRequiredService<Journal>(), time));
        services.AddSingleton(new FailedKeys(10, 1_000, time));
        services.AddSingleton(provider => new InferenceGateway(
            policies,
            provider.GetRequiredService<Budgets.Ledger.BudgetLedger>(),
            provider.GetRequiredService<ModelDiscovery>(),
            provider.GetRequiredService<Journal>(),
            new GatewayLimits(),
            provider.GetRequiredService<MeasuredDialects>(),
            masters,
            time,
            provider.GetRequiredService<IMeterFactory>(),
            NullLogger<InferenceGateway>.Instance,
            answers: provider.GetRequiredService<AnswerCache>()));
        services.AddSingleton<Causeway.Releases.Conversations.IConversationStore>(new MemoryConversationStore());
        services.AddSingleton<IAnswerStore>(new MemoryAnswerStore());
        services.AddSingleton(provider => new AnswerCache(provider.GetRequiredService<IAnswerStore>(), policies, new CacheLimits(), time, NullLogger<AnswerCache>.Instance));
        services.AddSingleton(new InstanceBoard(store: null, time)).AddSingleton<InstanceVoice>();
        services.AddSingleton(new InstanceName("box:1", "1.2.3"));
        services.AddSingleton(provider => new ReleaseDesk(
            releases, releases, releases, policies, provider.GetRequiredService<InferenceGateway>(), provider.GetRequiredService<InstanceName>(), provider.GetRequiredService<InstanceBoard>(), time, NullLogger<ReleaseDesk>.Instance)
        { Ways = provider.GetRequiredService<WaysBack>() });
        services.AddSingleton(provider => new GuardSync(
            new MemoryGuardStore(), provider.GetRequiredService<InferenceGateway>().Rollouts, policies, provider.GetRequiredService<Leadership>(), time, NullLogger<GuardSync>.Instance));
        services.AddSingleton(new WaysBack(releases, policies));
        services.AddSingleton<Causeway.Releases.Drills.IDrillStore>(releases).AddSingleton(Leadership.Alone());
        services.AddSingleton(provider => new BaseLoad(usage, provider.GetRequiredService<Journal>(), policies, time));
        services.AddSingleton(provider => new DrillRuns(
            provider.GetRequiredService<ReleaseDesk>(), releases, usage, provider.GetRequiredService<Journal>(), provider.GetRequiredService<BaseLoad>(), provider.GetRequiredService<InferenceGateway>().Lease, policies, Leadership.Alone(), provider.GetRequiredService<InstanceName>(), DrillClock, NullLogger<DrillRuns>.Instance));
        services.AddSingleton<Causeway.Releases.Readiness.IReadinessStore>(releases);
        services.AddSingleton(provider => new Causeway.Gateway.Readiness.PinProbe(provider.GetRequiredService<Journal>(), policies, time));
        services.AddSingleton(provider => new Causeway.Gateway.Readiness.ReadinessDesk(
            releases, releases, usage, policies, provider.GetRequiredService<Budgets.Ledger.BudgetLedger>(), provider.GetRequiredService<InstanceBoard>(), provider.GetRequiredService<Causeway.Gateway.Readiness.PinProbe>(), time));
        services.AddSingleton(provider => new Causeway.Gateway.Sentinel.SentinelBook(releases, provider.GetRequiredService<InferenceGateway>().Eye));
        services.AddSingleton(new Causeway.Gateway.Readiness.OutlookReader(usage, releases, policies, time)).AddSingleton<Causeway.Admin.Rollbacks.RollbackNotes>();
        services.AddSingleton(provider => new RollbackAllowance(
            provider.GetRequiredService<Causeway.Gateway.Readiness.OutlookReader>(), provider.GetRequiredService<Budgets.Ledger.BudgetLedger>(), releases, policies, provider.GetRequiredService<Causeway.Gateway.Alerts.ReleaseNews>(), RollbackAllowance.DefaultPercent, time, NullLogger<RollbackAllowance>.Instance));
        services.AddSingleton(new Causeway.Gateway.Sentinel.UsedPins(releases, policies)).AddSingleton(Causeway.Gateway.Sentinel.SentinelTimetable.Default);
        services.AddSingleton(provider => new Causeway.Gateway.Alerts.ReleaseNews(null, provider.GetRequiredService<IMeterFactory>()));
        services.AddSingleton<Causeway.Gateway.Sentinel.SentinelNews>().AddSingleton<TimeProvider>(time);
        services.AddSingleton(provider => new Causeway.Gateway.Sentinel.SentinelDesk(
            provider.GetRequiredService<Causeway.Gateway.Sentinel.SentinelBook>(), provider.GetRequiredService<Causeway.Gateway.Sentinel.SentinelNews>(), provider.GetRequiredService<Causeway.Gateway.Sentinel.UsedPins>(), Causeway.Gateway.Sentinel.SentinelTimetable.Default, provider.GetRequiredService<Journal>(), policies, provider.GetRequiredService<InferenceGateway>().Lease, time, NullLogger<Causeway.Gateway.Sentinel.SentinelDesk>.Instance));
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddAdminApi();
        services.AddOpenApi("v1", AdminDescription.Describe);

        WebApplication app = builder.Build();
        app.UseRouting();
        Causeway.Exchange.TokenEndpoint.Map(app);
        app.MapAdminApi();
        app.MapOpenApi("/openapi/{documentName}.json");
        await app.StartAsync();
        return new AdminHost(app, simulator, clients) { Time = time, Keys = keys, Revocations = revocations, Usage = usage, Raises = raises, Releases = releases, Contracts = contracts, Conformance = conformance, Reload = reload };
    }

    /// <summary>Where the webhook of a host that starts in this flow posts to; null: it has none.</summary>
    public static Uri? Hook { get => s_hook.Value; set => s_hook.Value = value; }

    private static readonly AsyncLocal<Uri?> s_hook = new();

    /// <summary>An operator's token.</summary>
    public static string TokenOf(string name) => $"cwa_the-token-of-{name}-that-is-long-enough";

    /// <summary>Asks with the token, or with another credential, and returns status and JSON.</summary>
    public async Task<(int Status, JsonElement Json)> SendAsync(HttpMethod method, string path, string? body = null, string contentType = "application/json", string? credential = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (credential is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        using HttpResponseMessage response = await Http.SendAsync(request);
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        return ((int)response.StatusCode, JsonDocument.Parse(answer).RootElement);
    }

    public Task<(int Status, JsonElement Json)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Makes a key and returns its JSON.</summary>
    public async Task<JsonElement> MakeKeyAsync(string team = "search", string feature = "answers", string env = "dev", string more = "")
    {
        (int status, JsonElement json) = await SendAsync(HttpMethod.Post, "api/v1/keys", $$"""{"team": "{{team}}", "feature": "{{feature}}", "env": "{{env}}"{{more}}}""");
        Assert.Equal(StatusCodes.Status201Created, status);
        return json;
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>Makes a grant of team search.</summary>
    public GrantNode MakeGrant(GrantNode? parent, GrantKind kind, params string[] limits) => MakeGrant(parent, kind, [.. limits.Select(text =>
    {
        string[] words = text.Split(' ');
        Assert.True(Meters.TryParse(words[0], out Budgets.Grants.Meter meter));
        Assert.True(Limit.TryParse(meter, words[1], "UTC", out Limit limit, out string problem), problem);
        return limit;
    })]);

    public GrantNode MakeGrant(GrantNode? parent, GrantKind kind, params Limit[] limits)
    {
        Grant grant = new()
        {
            Id = GrantId.New(Time.Now),
            Parent = parent?.Grant.Id,
            Kind = kind,
            Holder = new Holder(false, "search"),
            Limits = [.. limits],
            DepthLeft = Grant.MaxDepth - 1 - (parent?.Path.Length ?? 0),
            CreatedAt = Time.Now,
            CreatedBy = "admin",
        };
        Assert.Empty(Ledger.Create(grant, out _));
        return Ledger.Find(grant.Id)!;
    }

    /// <summary>What the ledger kept of these kinds, once all of it is written.</summary>
    public async Task<IReadOnlyList<LedgerEvent>> EventsAsync(params LedgerEventKind[] kinds)
    {
        await Ledger.Note(new LedgerEvent(LedgerEventKind.AlertRaised, 0), isAwaited: true); // Durable with all before it.
        return await Services.GetRequiredService<ILedgerStore>().EventsAsync(new LedgerQuery { Kinds = kinds.ToHashSet() }, CancellationToken.None);
    }

    /// <summary>Registers a contract and returns its JSON.</summary>
    public async Task<JsonElement> RegisterAsync(string name, string schema = """{"type": "object"}""", string more = "")
    {
        (int status, JsonElement json) = await SendAsync(HttpMethod.Post, "api/v1/contracts", $$"""{"name": "{{name}}", "schema": {{schema}}{{more}}}""");
        Assert.InRange(status, StatusCodes.Status200OK, StatusCodes.Status201Created);
        return json;
    }

    /// <summary>Points a new channel at these pins, and returns the release's id.</summary>
    public async Task<string> PointAsync(string channel, string conformance, params string[] pins)
    {
        (_, JsonElement release) = await SendAsync(HttpMethod.Post, "api/v1/releases", $$"""{"pins": ["{{string.Join("\", \"", pins)}}"], "allow_alias": true}""");
        string id = release.GetProperty("id").GetString()!;
        (int status, _) = await SendAsync(HttpMethod.Post, "api/v1/channels", $$"""{"name": "{{channel}}", "release": "{{id}}", "conformance": "{{conformance}}"}""");
        Assert.Equal(StatusCodes.Status201Created, status);
        return id;
    }

    /// <summary>Says how the simulator answers from now on.</summary>
    public async Task ScriptAsync(string rules)
    {
        using var script = new StringContent($$"""{"rules":[{{rules}}]}""");
        using var simulator = new HttpClient { BaseAddress = _simulator.Address };
        using HttpResponseMessage put = await simulator.PutAsync("/sim/script", script);
        put.EnsureSuccessStatusCode();
    }

    /// <summary>Ends as a process that is asked to end does: what runs is told, and finished.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        foreach (UpstreamClient client in _clients)
        {
            client.Dispose();
        }

        await _simulator.DisposeAsync();
    }
}

internal sealed class SettableTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 11, 23, 14, 25, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;
}

internal sealed class SettableReload : IConfigurationReload
{
    public ReloadResult Result { get; set; } = new(true, 7, ["provider \"openai\" changed"], []);

    public Task<ReloadResult> ReloadAsync(CancellationToken cancellation) => Task.FromResult(Result);
}
