using System.Diagnostics.Metrics;
using Causeway.Budgets.Alerts;
using Causeway.Budgets.Ledger;
using Causeway.Configuration;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Books;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Causeway.Composition;

/// <summary>Who tells a person what happens, and where.</summary>
internal static class Alerting
{
    /// <summary>Adds the webhook, and what tells of budgets, channels and agreements.</summary>
    public static void AddAlerts(this IServiceCollection services, AlertsConfiguration alerts, IStore store, TimeProvider time)
    {
        if (alerts.Webhook is { } webhook)
        {
            services.AddSingleton(provider => new SignedWebhook(webhook, alerts.WebhookSecret?.Reveal(), time, provider.GetRequiredService<ILogger<SignedWebhook>>(), dead: store.DeadLetters));
        }

        services.AddSingleton(store.DeadLetters);
        services.AddSingleton(provider => new Webhooks(provider.GetService<SignedWebhook>(), provider.GetService<DriftWebhook>()?.Posts));
        services.AddHostedService(provider => new DeadLetterUpkeep(store.DeadLetters, provider.GetRequiredService<Leadership>(), time, provider.GetRequiredService<ILogger<DeadLetterUpkeep>>()));
        services.AddSingleton(provider => new ReleaseNews(provider.GetService<SignedWebhook>(), provider.GetRequiredService<IMeterFactory>()));
        services.AddSingleton(provider => new GuessNews(provider.GetRequiredService<BudgetLedger>(), provider.GetService<SignedWebhook>(), provider.GetRequiredService<ILogger<GuessNews>>()));
        services.AddSingleton(provider => new OutageNews(provider.GetRequiredService<InstanceName>(), provider.GetService<SignedWebhook>(), time, provider.GetRequiredService<ILogger<OutageNews>>()));
        services.AddHostedService(provider => new AgreementWatch(
            store.Agreements,
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<BudgetLedger>(),
            provider.GetService<SignedWebhook>(),
            provider.GetRequiredService<Leadership>(),
            time,
            provider.GetRequiredService<ILogger<AgreementWatch>>()));
        services.AddHostedService(provider => new BudgetAlerts(
            provider.GetRequiredService<BudgetLedger>(),
            provider.GetRequiredService<Journal>(),
            provider.GetRequiredService<Leadership>(),
            store.Ledger,
            new AlertRules { Thresholds = alerts.Thresholds },
            provider.GetService<SignedWebhook>(),
            provider.GetRequiredService<IMeterFactory>(),
            time,
            provider.GetRequiredService<ILogger<BudgetAlerts>>()));
    }
}
