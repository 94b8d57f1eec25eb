using Causeway.Admin.Instance;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Leases;
using Causeway.Budgets.Ledger;
using Causeway.Configuration;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Books;
using Causeway.Gateway.Capture;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Instances;
using Causeway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Composition;

/// <summary>What differs where several instances share a store: who decides, who leads, and how each learns what the others did.</summary>
internal static class SharedStore
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Adds the journal, the ledger and who leads, for one process or for one of several.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="store">The store.</param>
    /// <param name="budgets">How budgets are kept.</param>
    /// <param name="local">Where this process keeps what happens while a store that it shares is away; null: it shares none.</param>
    /// <param name="time">The clock.</param>
    public static void AddLedger(this IServiceCollection services, IStore store, BudgetsConfiguration budgets, LocalBooks? local, TimeProvider time)
    {
        services.AddSingleton<Journal>(provider => store.Ledger.IsShared
            ? new SharedJournal(store.Ledger, provider.GetRequiredService<GatewayLimits>(), time, provider.GetRequiredService<ILogger<Journal>>(), local?.Own)
            : new OwnedJournal(store.Ledger, provider.GetRequiredService<GatewayLimits>(), time, provider.GetRequiredService<ILogger<Journal>>()));
        services.AddSingleton(provider => new BudgetLedger(provider.GetRequiredService<Journal>(), time)
        {
            Instance = store.Instances is { } instances ? new InstanceId(instances.Me) : null,
            Leases = budgets.Leases && store.Ledger.IsShared ? new LeaseRules() : null,
        });
        services.AddSingleton(provider => new LedgerStart(
            provider.GetRequiredService<BudgetLedger>(), provider.GetRequiredService<Journal>(), store.Ledger, provider.GetRequiredService<HeadFile>(), provider.GetRequiredService<MasterKeys>(), provider.GetRequiredService<ILogger<LedgerStart>>(), local,
            new OutageReplay(store.Ledger, provider.GetRequiredService<BudgetLedger>(), provider.GetRequiredService<Journal>(), time, provider.GetRequiredService<ILogger<OutageReplay>>())));
        services.AddHostedService(provider => new HeadExport(
            store.Ledger,
            provider.GetRequiredService<MasterKeys>(),
            provider.GetRequiredService<HeadFile>(),
            provider.GetService<SignedWebhook>(),
            provider.GetRequiredService<Leadership>(),
            provider.GetRequiredService<BudgetLedger>(),
            time,
            provider.GetRequiredService<ILogger<HeadExport>>()));
        services.AddSingleton(store.Instances is null ? Leadership.Alone() : Leadership.OfSeveral(time));
        services.AddSingleton(new InstanceBoard(store.Instances, time));
        services.AddSingleton(provider => new PolicySync(
            provider.GetRequiredService<PolicyPublisher>(), provider.GetRequiredService<MeasuredDialects>(), provider.GetRequiredService<ReleaseDesk>(), store.Keys, store.Revocations, store.Contracts, store.Agreements, store.Captures, provider.GetRequiredService<PayloadBook>(), time));
        services.AddHostedService(provider => new LedgerUpkeep(
            provider.GetRequiredService<BudgetLedger>(),
            provider.GetRequiredService<Journal>(),
            provider.GetRequiredService<Leadership>(),
            store.Instances,
            time,
            provider.GetRequiredService<ILogger<LedgerUpkeep>>()));
    }

    /// <summary>Adds the watch over the other instances, where there may be some.</summary>
    public static void AddInstanceWatch(this IServiceCollection services, IStore store, PolicyHead loadedAt, TimeProvider time)
    {
        if (store.Instances is not { } instances)
        {
            return;
        }

        services.AddSingleton(provider => new InstanceWatch(
            instances,
            provider.GetRequiredService<PolicySync>(),
            (SharedJournal)provider.GetRequiredService<Journal>(),
            provider.GetRequiredService<Leadership>(),
            provider.GetRequiredService<InstanceVoice>().Say,
            loadedAt,
            time,
            provider.GetRequiredService<ILogger<InstanceWatch>>()));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<InstanceWatch>());
    }

    /// <summary>Has what another instance cuts end here too.</summary>
    public static void HearCuts(this InferenceGateway gateway, Journal journal, BudgetLedger ledger)
    {
        if (journal is SharedJournal)
        {
            journal.Follower += booked => Cut(gateway, ledger, booked);
        }
    }

    /// <summary>Whether this process may join those that share the store.</summary>
    /// <exception cref="StoreUnavailableException">Its master keys are not theirs.</exception>
    public static async Task CheckMastersAsync(IStore store, MasterKeys masters, CausewayConfiguration configuration, CancellationToken cancellation)
    {
        if (store.Instances is not { } instances)
        {
            return;
        }

        foreach (InstanceState other in await instances.ListAsync(cancellation))
        {
            if (other.Silent < InstanceWatch.GoneAfter && masters.Contradicts(other.Beat.Masters))
            {
                throw new StoreUnavailableException(
                    $"The master keys in {(configuration.Budgets.MasterKeys is null ? Path.Combine(configuration.Store.DataDirectory, MasterKeyFile.Name) : "budgets.master_keys")} are not those of {other.Beat.Name}, which uses the same store: capability keys made by one would be void at the other.\n  Copy the file {MasterKeyFile.Name} of that instance to this one.");
            }
        }
    }

    /// <summary>Tells the others that this instance ends by itself: nobody waits for it any more.</summary>
    public static async Task LeaveAsync(this IStore store)
    {
        if (store.Instances is { } instances)
        {
            // Without the store they find out by its silence.
            await instances.LeaveAsync(CancellationToken.None).WaitAsync(s_patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Cut(InferenceGateway gateway, BudgetLedger ledger, IReadOnlyList<JournalEntry> booked)
    {
        foreach (JournalEntry entry in booked)
        {
            switch (entry.Event)
            {
                case { Kind: LedgerEventKind.GrantChanged, Grant: { } grant, Code: not "grant_resumed" } changed
                    when changed.Detail == LedgerEvent.Cuts || (changed.Code == "grant_revoked" && ledger.Find(grant) is { CutsOnRevoke: true }):
                    gateway.Cut(grant);
                    break;
                case { Kind: LedgerEventKind.KeyRevoked, Code: "token_revoked", Detail: { } detail }
                    when RevocationId.TryParse(detail.Split(' ')[0], out RevocationId prefix):
                    gateway.Cut(prefix, detail.EndsWith(LedgerEvent.Cuts, StringComparison.Ordinal));
                    break;
            }
        }
    }
}
