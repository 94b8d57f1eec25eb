using Causeway.Admin.Rollbacks;
using Causeway.Budgets.Ledger;
using Causeway.Configuration;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Books;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Readiness;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Sentinel;
using Causeway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Causeway.Composition;

/// <summary>Puts together what says whether there is a way back, and who answers behind pins.</summary>
internal static class SentinelServices
{
    public static void AddSentinel(this IServiceCollection services, SentinelConfiguration configuration, IStore store, TimeProvider time)
    {
        services.AddSingleton(new SentinelTimetable(configuration.Every, configuration.MaxNanoUsd));
        services.AddSingleton(provider => new SentinelBook(store.Sentinel, provider.GetRequiredService<InferenceGateway>().Eye));
        services.AddSingleton(provider => new UsedPins(store.Releases, provider.GetRequiredService<PolicyPublisher>()));
        services.AddSingleton(provider => new SentinelNews(
            store.Routing,
            provider.GetRequiredService<ReleaseDesk>(),
            provider.GetRequiredService<SentinelBook>(),
            provider.GetRequiredService<UsedPins>(),
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<ReleaseNews>(),
            time,
            provider.GetRequiredService<ILogger<SentinelNews>>()));
        services.AddSingleton(provider => new SentinelDesk(
            provider.GetRequiredService<SentinelBook>(),
            provider.GetRequiredService<SentinelNews>(),
            provider.GetRequiredService<UsedPins>(),
            provider.GetRequiredService<SentinelTimetable>(),
            provider.GetRequiredService<Journal>(),
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<InferenceGateway>().Lease,
            time,
            provider.GetRequiredService<ILogger<SentinelDesk>>()));
        services.AddHostedService(provider => new SentinelWatch(
            provider.GetRequiredService<SentinelDesk>(),
            provider.GetRequiredService<SentinelBook>(),
            provider.GetRequiredService<SentinelNews>(),
            provider.GetRequiredService<InferenceGateway>().Eye,
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<Leadership>(),
            time,
            provider.GetRequiredService<ILogger<SentinelWatch>>()));
    }

    public static void AddReadiness(this IServiceCollection services, IStore store, int allowancePercent, TimeProvider time)
    {
        services.AddSingleton(store.Readiness);
        services.AddSingleton(provider => new OutlookReader(store.Usage, store.Releases, provider.GetRequiredService<PolicyPublisher>(), time));
        services.AddSingleton(provider => new RollbackAllowance(
            provider.GetRequiredService<OutlookReader>(),
            provider.GetRequiredService<BudgetLedger>(),
            store.Routing,
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<ReleaseNews>(),
            allowancePercent,
            time,
            provider.GetRequiredService<ILogger<RollbackAllowance>>()));
        services.AddSingleton<RollbackNotes>();
        services.AddSingleton(provider => new PinProbe(provider.GetRequiredService<Journal>(), provider.GetRequiredService<PolicyPublisher>(), time));
        services.AddSingleton(provider => new ReadinessDesk(
            store.Releases,
            store.Drills,
            store.Usage,
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<BudgetLedger>(),
            provider.GetRequiredService<InstanceBoard>(),
            provider.GetRequiredService<PinProbe>(),
            time)
        {
            Conversations = store.Conversations,
            Sentinel = provider.GetRequiredService<SentinelBook>(),
            Measured = provider.GetRequiredService<MeasuredDialects>(),
        });
        services.AddHostedService(provider => new ReadinessWatch(
            provider.GetRequiredService<ReadinessDesk>(),
            store.Readiness,
            store.Routing,
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<Leadership>(),
            provider.GetRequiredService<ReleaseNews>(),
            time,
            provider.GetRequiredService<ILogger<ReadinessWatch>>()));
    }
}
