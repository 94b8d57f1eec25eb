using System.ComponentModel;
using Causeway.Admin.Rollbacks;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Instance;

/// <summary><c>GET /status</c></summary>
internal static class ShowStatus
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/status", Run)
        .WithName("show_status").WithTags("instance").WithSummary("What this instance is and how it fares");

    private static Ok<InstanceStatus> Run(InstanceInfo info, PolicyPublisher policies, Journal journal, BudgetLedger ledger, InferenceGateway gateway, WaysBack ways, TimeProvider time)
    {
        PolicyRevision policy = policies.Current;
        DateTimeOffset now = time.GetUtcNow();
        return TypedResults.Ok(new InstanceStatus
        {
            Version = info.Version,
            StartedAt = info.StartedAt,
            UptimeSeconds = (long)(now - info.StartedAt).TotalSeconds,
            Revision = policy.Number,
            Deployment = policy.Deployment,
            Listen = info.Listen,
            Store = info.Store,
            DataDirectory = info.DataDirectory,
            ConfigurationFile = info.ConfigurationFile,
            Providers = policy.Providers.Length,
            ActiveKeys = policy.Keys.All.Count(key => key.StateAt(now) == KeyState.Active),
            OpenRequests = gateway.OpenRequests,
            OpenStreams = gateway.OpenStreams,
            UnbookedRequests = journal.Unbooked,
            Booking = !journal.Failing,
            LedgerProblem = ledger.Mismatch,
            RoutingRevision = policy.Routing.Revision,
            WaysBackRevision = ways.Revision,
            LocalRollbacks = [.. policy.Routing.Local.OrderBy(local => local.Channel, StringComparer.Ordinal).Select(LocalRollbackView.Of)],
        });
    }
}

/// <summary>What an instance is and how it fares.</summary>
internal sealed record InstanceStatus
{
    public required string Version { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required long UptimeSeconds { get; init; }

    [Description("How often the policy changed in this process since it started: what a key, a channel, a contract or the configuration changes. For one number on all instances, which no restart changes: routing_revision.")]
    public required long Revision { get; init; }

    [Description("The number of the newest change of routing that is in force here, as rollouts and rollbacks name it. Kept in the store; it only grows.")]
    public required long RoutingRevision { get; init; }

    [Description("What it is called: capability keys that are narrowed to deployments work where the name is among theirs. null: it has no name.")]
    public required string? Deployment { get; init; }

    public required string Listen { get; init; }

    public required string Store { get; init; }

    public required string DataDirectory { get; init; }

    [Description("null: it was started without a file.")]
    public required string? ConfigurationFile { get; init; }

    public required int Providers { get; init; }

    public required int ActiveKeys { get; init; }

    [Description("Requests being worked on, streams included.")]
    public required int OpenRequests { get; init; }

    public required int OpenStreams { get; init; }

    [Description("Ended requests that wait to be booked.")]
    public required long UnbookedRequests { get; init; }

    [Description("false: the last write of usage failed and is being tried again.")]
    public required bool Booking { get; init; }

    [Description("Why the ledger is not what it was: grants that are enforced hard are refused (journal_failed) until it is mended. null: its balances follow from its events.")]
    public string? LedgerProblem { get; init; }

    [Description("The routing revision up to which this instance has at hand what its channels can go back to without the store; -1: of none yet.")]
    public long WaysBackRevision { get; init; }

    [Description("Channels that this instance has rolled back by itself while its store was away, and that still stand.")]
    public IReadOnlyList<LocalRollbackView> LocalRollbacks { get; init; } = [];
}
