using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.InteropServices;
using Causeway.Admin;
using Causeway.Admin.Instance;
using Causeway.Admin.Keys;
using Causeway.Admin.Raises;
using Causeway.Admin.Sessions;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Budgets.Raises;
using Causeway.Configuration;
using Causeway.Exchange;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Batches;
using Causeway.Gateway.Books;
using Causeway.Gateway.Cache;
using Causeway.Gateway.Capture;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Conversations;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Sentinel;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Guards;
using Causeway.Releases.Instances;
using Causeway.Releases.Pins;
using Causeway.Storage;
using Causeway.Storage.Sqlite;
using Causeway.WebConsole.Files;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Composition;

/// <summary>The whole house, put together once: store, policy, data plane, admin API, health, telemetry.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly IStore _store;
    private readonly InferenceGateway _gateway;
    private readonly ProviderRoutes _routes;
    private readonly ConfigurationReload _reload;
    private readonly WebApplication _app;

    private Server(
        WebApplication app, IStore store, InferenceGateway gateway, ProviderRoutes routes, ConfigurationReload reload) =>
        (_app, _store, _gateway, _routes, _reload) = (app, store, gateway, routes, reload);

    /// <summary>The version of this build.</summary>
    public static string Version { get; } =
        typeof(Server).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>What a person who starts it is told.</summary>
    public required Welcome Welcome { get; init; }

    /// <summary>Requests that are being worked on.</summary>
    public int OpenRequests => _gateway.OpenRequests;

    /// <summary>Signalled when the process is asked to end.</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    /// <summary>Opens the store, loads the policy and listens. On return requests are answered.</summary>
    /// <exception cref="Storage.StoreUnavailableException">The store cannot be used.</exception>
    /// <exception cref="IOException">An address cannot be listened on.</exception>
    public static async Task<Server> StartAsync(ServerSettings settings, TimeProvider time, CancellationToken cancellation)
    {
        CausewayConfiguration configuration = settings.Configuration;
        IStore store = await configuration.Store.OpenAsync(time, cancellation);
        try
        {
            PolicyHead head = store.Instances is { } others ? await others.NewestAsync(cancellation) : new(0, ""); // Before the policy is read: what changes meanwhile is read again.
            (AdminCredential admin, string? adminToken) = await AdminToken.EstablishAsync(settings, store.AdminToken, cancellation);
            IReadOnlyList<Key> keys = await store.Keys.ListAsync(cancellation);
            string? firstKey = null;
            if (settings.Development && keys.Count == 0)
            {
                (Key key, firstKey) = await FirstKey.MakeAsync(store.Keys, time, cancellation);
                keys = [key];
            }

            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.ConfigureKestrel(configuration);
            builder.AddTelemetry(configuration.Telemetry, Version);
            builder.Services.AddRoutingCore();
            builder.Services.AddSystemd();
            builder.Services.AddMetrics();
            builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = configuration.Limits.Announce + configuration.Limits.Drain);
            MasterKeys masters = MasterKeyFile.For(configuration);
            await SharedStore.CheckMastersAsync(store, masters, configuration, cancellation);
            AddHouse(builder.Services, settings, store, head, admin, masters, time);
            WebApplication app = builder.Build();

            IServiceProvider services = app.Services;
            var policies = services.GetRequiredService<PolicyPublisher>();
            var routes = services.GetRequiredService<ProviderRoutes>();
            var discovery = services.GetRequiredService<ModelDiscovery>();
            await services.GetRequiredService<LedgerStart>().RunAsync(cancellation);
            policies.Publish(empty => empty
                .Called(configuration.Deployment)
                .RequiringAgreements(configuration.Agreements == AgreementRule.Required)
                .WithClasses(ClassRules.Of(configuration.Classes))
                .With(routes.Build(configuration.Providers)));
            await services.GetRequiredService<PolicySync>().LoadAsync(keys, cancellation);
            services.GetRequiredService<InferenceGateway>().TakeFeedback(store.Usage, store.Routing);
            services.GetRequiredService<InferenceGateway>().TellOf(services.GetRequiredService<OutageNews>().Tell);
            services.GetRequiredService<InferenceGateway>().Rollouts.Mode = store.Instances is null ? EvidenceMode.Kept : EvidenceMode.Shared;
            if (store.Instances is null)
            {
                services.GetRequiredService<InferenceGateway>().Lease.HoldForever(); // Nobody else writes it: what this process knows is what is in force.
            }

            services.GetRequiredService<InferenceGateway>().Apply(configuration.Runs);
            services.GetRequiredService<InferenceGateway>().GuardOutgoing(configuration.Detectors);
            configuration.Attribution.Apply(services.GetRequiredService<InferenceGateway>(), services.GetRequiredService<CostCentres>(), masters);
            services.GetRequiredService<InferenceGateway>().KeepPayloads(services.GetRequiredService<PayloadBook>());
            services.GetRequiredService<InferenceGateway>().HearCuts(services.GetRequiredService<Journal>(), services.GetRequiredService<BudgetLedger>());
            app.Lifetime.ApplicationStopping.Register(services.GetRequiredService<InferenceGateway>().EndDrains);
            if (services.GetService<SignedWebhook>() is { } webhook)
            {
                services.GetRequiredService<GlassAlarm>().Subscribe(glass => webhook.Tell($"{GlassJson.Event} of {glass.Grant}", GlassJson.Write(glass)));
            }

            Map(app, configuration, store, time);
            await app.StartAsync(cancellation);
            _ = discovery.RefreshAsync(policies.Current, CancellationToken.None).AsTask(); // Never faults; a first look at what providers list.

            (Uri inference, Uri adminAddress) = Listening.Addresses(app);
            return new Server(
                app,
                store,
                services.GetRequiredService<InferenceGateway>(),
                routes,
                services.GetRequiredService<ConfigurationReload>())
            {
                Welcome = new Welcome(settings, Version, inference, adminAddress, firstKey, adminToken, keys.Count)
                {
                    SignIn = settings.Development ? services.GetRequiredService<SignInLinks>().New() : null,
                },
            };
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Answers until the process is asked to end, then finishes what is running, for as long as <c>limits.drain</c> allows.</summary>
    public async Task RunAsync()
    {
        using PosixSignalRegistration reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            _ = _reload.ReloadAsync(CancellationToken.None); // Says in the log what came of it.
        });
        await _app.WaitForShutdownAsync();
    }

    /// <summary>Books what is left and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync(); // With it all that it made: the journal books what is left.
        await _routes.DisposeAsync();
        await _store.LeaveAsync();
        await _store.DisposeAsync();
    }

    private static void AddHouse(IServiceCollection services, ServerSettings settings, IStore store, PolicyHead head, AdminCredential admin, MasterKeys masters, TimeProvider time)
    {
        CausewayConfiguration configuration = settings.Configuration;
        (ModelCatalogue models, PriceCatalogue prices) = Catalogues.Read();
        services.AddSingleton(settings);
        services.AddSingleton(time);
        services.AddSingleton(admin);
        services.AddSingleton(masters);
        services.AddSingleton(new HeadFile(Path.Combine(configuration.Store.DataDirectory, HeadFile.NameFor(configuration.Store.ToString()))));
        services.AddSingleton(store.Keys);
        services.AddSingleton(store.Revocations);
        services.AddSingleton(store.Spent);
        services.AddIdentity(configuration.Identity, time);
        services.AddSingleton(store.Usage);
        services.AddSingleton(store.Ledger);
        services.AddSingleton(store.Raises);
        services.AddSingleton(store.Agreements);
        services.AddSingleton(store.Residency);
        services.AddSingleton(new RaisePolicy(configuration.Budgets.TwoApproversAboveNanoUsd));
        services.AddSingleton(store.Releases);
        services.AddSingleton(store.Routing);
        services.AddSingleton(store.Drills);
        services.AddSentinel(configuration.Sentinel, store, time);
        services.AddSingleton(store.Contracts);
        services.AddSingleton(store.Conformance);
        services.AddSingleton(store.Shadow);
        services.AddSingleton(models);
        services.AddSingleton(new PolicyPublisher());
        services.AddSingleton(new ProviderRoutes(models, prices, time));
        services.AddSingleton(new GatewayLimits
        {
            BodyBytes = configuration.Limits.BodyBytes,
            ReplyBytes = configuration.Limits.ResponseBytes,
            ConcurrentRequests = configuration.Limits.ConcurrentRequests,
            OpenStreams = configuration.Limits.OpenStreams,
            UnbookedRecords = configuration.Limits.UnbookedRecords,
            Lists = configuration.Limits.Lists,
        });
        services.AddSingleton(new InstanceInfo(
            Version,
            time.GetUtcNow(),
            configuration.Store.ToString(),
            configuration.Store.DataDirectory,
            configuration.Listen.ToString(),
            settings.File));
        services.AddInstanceWatch(store, head, time);
        services.AddLedger(
            store, configuration.Budgets, store.Ledger.IsShared ? LocalBookFiles.Open(configuration.Store.DataDirectory, configuration.Store.ToString(), time.GetUtcNow()) : null, time);
        services.AddHostedService(provider => new UsageUpkeep(
            store.Upkeep, new UsageRetention(configuration.Retention.Usage), provider.GetRequiredService<Leadership>(), time, provider.GetRequiredService<ILogger<UsageUpkeep>>()));
        services.AddCaptures(store, configuration, time);
        services.AddBatches(store, time);
        services.AddObjects(store, time);
        services.AddAlerts(configuration.Alerts, store, time);
        services.AddSingleton(provider => new ModelDiscovery(provider.GetRequiredService<PolicyPublisher>(), time, provider.GetRequiredService<ILogger<ModelDiscovery>>()));
        ConformanceConfiguration conformance = configuration.Conformance;
        services.AddSingleton(new ProbeTimetable(conformance.Every, conformance.MaxNanoUsd, conformance.Models));
        if (conformance.Webhook is { } webhook)
        {
            services.AddSingleton(provider => new DriftWebhook(webhook, conformance.WebhookSecret?.Reveal(), time, provider.GetRequiredService<ILogger<DriftWebhook>>(), store.DeadLetters));
        }

        services.AddSingleton(provider => new MeasuredDialects(
            store.Conformance, provider.GetService<DriftWebhook>(), provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<ILogger<MeasuredDialects>>()));
        services.AddSingleton(provider => new ProbeRuns(
            provider.GetRequiredService<MeasuredDialects>(), provider.GetRequiredService<Journal>(), provider.GetRequiredService<PolicyPublisher>(), time, provider.GetRequiredService<ILogger<ProbeRuns>>()));
        services.AddSingleton(provider => new ContractTester(provider.GetRequiredService<MeasuredDialects>(), provider.GetRequiredService<Journal>(), provider.GetRequiredService<PolicyPublisher>(), time));
        services.AddHostedService(provider => new ProbeSchedule(
            provider.GetRequiredService<ProbeTimetable>(),
            provider.GetRequiredService<ProbeRuns>(),
            provider.GetRequiredService<MeasuredDialects>(),
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<Leadership>(),
            time,
            provider.GetRequiredService<ILogger<ProbeSchedule>>()));
        services.AddSingleton(store.Conversations);
        services.AddSingleton(provider => new ConversationBook(store.Conversations, time, provider.GetRequiredService<ILogger<ConversationBook>>()));
        services.AddHostedService(provider => new ConversationUpkeep(
            store.Conversations, provider.GetRequiredService<Leadership>(), time, provider.GetRequiredService<ILogger<ConversationUpkeep>>()));
        services.AddSingleton(store.Transcripts);
        services.AddSingleton(provider => new TranscriptBook(store.Transcripts, provider.GetRequiredService<MasterKeys>(), time, provider.GetRequiredService<ILogger<TranscriptBook>>()));
        services.AddHostedService(provider => new TranscriptUpkeep(
            store.Transcripts, provider.GetRequiredService<Leadership>(), time, provider.GetRequiredService<ILogger<TranscriptUpkeep>>()));
        services.AddSingleton(store.Answers);
        services.AddSingleton(new CacheLimits
        {
            AnswerBytes = configuration.Limits.CacheAnswerBytes,
            StoreBytes = configuration.Limits.CacheStoreBytes,
            MemoryBytes = configuration.Limits.CacheMemoryBytes,
        });
        services.AddSingleton(provider => new AnswerCache(
            store.Answers, provider.GetRequiredService<PolicyPublisher>(), provider.GetRequiredService<CacheLimits>(), time, provider.GetRequiredService<ILogger<AnswerCache>>()));
        services.AddHostedService(provider => new CacheUpkeep(
            store.Answers,
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<CacheLimits>(),
            provider.GetRequiredService<Leadership>(),
            time,
            provider.GetRequiredService<ILogger<CacheUpkeep>>()));
        services.AddSingleton(provider => new FailedKeys(configuration.Limits.FailedKeys, configuration.Limits.FailedKeysInAll, time) { Follower = provider.GetRequiredService<GuessNews>().Tell });
        services.AddSingleton(provider => new InferenceGateway(
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<BudgetLedger>(),
            provider.GetRequiredService<ModelDiscovery>(),
            provider.GetRequiredService<Journal>(),
            provider.GetRequiredService<GatewayLimits>(),
            provider.GetRequiredService<MeasuredDialects>(),
            masters,
            time,
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<ILogger<InferenceGateway>>(),
            answers: provider.GetRequiredService<AnswerCache>(),
            conversations: provider.GetRequiredService<ConversationBook>(),
            failed: provider.GetRequiredService<FailedKeys>(),
            batches: provider.GetRequiredService<BatchBook>(),
            objects: provider.GetRequiredService<ObjectBook>(),
            transcripts: provider.GetRequiredService<TranscriptBook>()));
        services.AddSingleton(new InstanceName(InstanceVoice.Name, Version));
        services.AddSingleton(provider => new WaysBack(store.Releases, provider.GetRequiredService<PolicyPublisher>()));
        services.AddSingleton(provider => new ReleaseDesk(
            store.Routing,
            store.Releases,
            store.Drills,
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<InferenceGateway>(),
            provider.GetRequiredService<InstanceName>(),
            provider.GetRequiredService<InstanceBoard>(),
            time,
            provider.GetRequiredService<ILogger<ReleaseDesk>>())
        {
            News = provider.GetRequiredService<ReleaseNews>(),
            Sentinel = provider.GetRequiredService<SentinelBook>(),
            Ways = provider.GetRequiredService<WaysBack>(),
            Allowance = provider.GetRequiredService<RollbackAllowance>(),
        });
        services.AddSingleton(provider => new GuardSync(
            store.Guards,
            provider.GetRequiredService<InferenceGateway>().Rollouts,
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<Leadership>(),
            time,
            provider.GetRequiredService<ILogger<GuardSync>>()));
        services.AddHostedService(provider => provider.GetRequiredService<GuardSync>());
        services.AddHostedService(provider => new LocalRollbackWatch(
            provider.GetRequiredService<WaysBack>(), provider.GetRequiredService<ReleaseDesk>(), time, provider.GetRequiredService<ILogger<LocalRollbackWatch>>()));
        services.AddHostedService(provider => new RolloutPilot(
            provider.GetRequiredService<InferenceGateway>().Rollouts, provider.GetRequiredService<ReleaseDesk>(), provider.GetRequiredService<ILogger<RolloutPilot>>()));
        services.AddHostedService(provider => new LeaseWatch(
            provider.GetRequiredService<InferenceGateway>().Lease,
            provider.GetRequiredService<ReleaseDesk>(),
            time,
            provider.GetRequiredService<ILogger<LeaseWatch>>()));
        services.AddHostedService(provider => new StageKeeper(
            provider.GetRequiredService<ReleaseDesk>(),
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<Leadership>(),
            time,
            provider.GetRequiredService<ILogger<StageKeeper>>()));
        services.AddSingleton(provider => new BaseLoad(store.Usage, provider.GetRequiredService<Journal>(), provider.GetRequiredService<PolicyPublisher>(), time));
        services.AddSingleton(provider => new DrillRuns(
            provider.GetRequiredService<ReleaseDesk>(),
            store.Drills,
            store.Usage,
            provider.GetRequiredService<Journal>(),
            provider.GetRequiredService<BaseLoad>(),
            provider.GetRequiredService<InferenceGateway>().Lease,
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<Leadership>(),
            provider.GetRequiredService<InstanceName>(),
            time,
            provider.GetRequiredService<ILogger<DrillRuns>>()));
        services.AddHostedService(provider => provider.GetRequiredService<DrillRuns>());
        services.AddReadiness(store, configuration.Releases.RollbackAllowance, time);
        if (store.Instances is not null)
        {
            services.AddHostedService(provider => new RoutingWatch(
                store.Routing, provider.GetRequiredService<ReleaseDesk>(), provider.GetRequiredService<InferenceGateway>().Lease, time, provider.GetRequiredService<ILogger<RoutingWatch>>()));
        }

        services.AddSingleton(settings).AddSingleton<ConfigurationReload>();
        services.AddSingleton<InstanceVoice>();
        services.AddHostedService(_ => new Announcement(configuration.Limits.Announce, time));
        services.AddSingleton<IConfigurationReload>(provider => provider.GetRequiredService<ConfigurationReload>());
        services.AddAdminApi();
    }

    private static void Map(WebApplication app, CausewayConfiguration configuration, IStore store, TimeProvider time)
    {
        IServiceProvider services = app.Services;
        var proxies = TrustedProxies.Of(configuration.Limits.TrustedProxies.Split(',', StringSplitOptions.RemoveEmptyEntries), configuration.Limits.ForwardedHeader);
        if (!proxies.AreNone)
        {
            app.Use(next => context => proxies.ApplyAsync(context, next));
        }

        app.Use(next => context => HeaderGuard.CheckAsync(context, next));
        app.UseLateRoutes(AdminApi.Root, configuration, routes =>
        {
            routes.MapAdminApi().ServeOn(Surface.Admin);
            routes.MapFallback((RequestDelegate)Nowhere.AnswerAsync);
        });
        app.UseRouting();
        app.UseSurfaces(configuration);
        app.MapInference(services.GetRequiredService<InferenceGateway>()).ServeOn(Surface.Inference);
        TokenEndpoint.Map(app).ServeOn(Surface.Inference);
        app.MapConsole().ServeOn(Surface.Admin);
        app.MapAdminDocument().ServeOn(Surface.Admin);
        if (configuration.Telemetry.Metrics)
        {
            app.MapPrometheusScrapingEndpoint("/metrics").ServeOn(Surface.Admin);
        }

        app.MapHealth(store, services.GetRequiredService<PolicyPublisher>(), services.GetRequiredService<Journal>(), services.GetRequiredService<BudgetLedger>(), app.Lifetime, time);
        app.MapFallback((RequestDelegate)Nowhere.AnswerAsync);
    }
}
