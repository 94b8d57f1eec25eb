using System.Collections.Concurrent;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Causeway.Gateway.Upstream.Credentials;
using Causeway.Wire;
using Causeway.Wire.Models;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Upstream;

/// <summary>Asks providers which models they serve, and publishes what they say as part of the policy.</summary>
public sealed class ModelDiscovery(PolicyPublisher policies, TimeProvider time, ILogger<ModelDiscovery> log)
{
    // An unknown name must not become a way to make the gateway call providers: one round in this time, shared by all.
    private static readonly TimeSpan s_shortestInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private readonly Lock _turn = new();
    private Task<PolicyRevision>? _round;
    private long _startedAt;
    private PolicyRevision? _startedFor;

    /// <summary>Reads the lists again, unless they were read a moment ago for these providers.</summary>
    /// <returns>The revision that holds what was found.</returns>
    public async ValueTask<PolicyRevision> RefreshAsync(PolicyRevision policy, CancellationToken cancellation)
    {
        Task<PolicyRevision> round;
        lock (_turn)
        {
            bool fresh = _round is not null
                && _startedFor!.Providers.Length == policy.Providers.Length
                && _startedFor.Providers.Zip(policy.Providers).All(pair => pair.First.Client == pair.Second.Client)
                && time.GetElapsedTime(_startedAt) < s_shortestInterval;
            if (!fresh)
            {
                _startedAt = time.GetTimestamp();
                _startedFor = policy;
                _round = Task.Run(() => ReadAllAsync(policy), CancellationToken.None);
            }

            round = _round!;
        }

        PolicyRevision found = await round.WaitAsync(cancellation);
        return found.Number > policy.Number ? found : policy;
    }

    private async Task<PolicyRevision> ReadAllAsync(PolicyRevision policy)
    {
        var found = new ConcurrentDictionary<string, IReadOnlyList<ListedModel>>(StringComparer.Ordinal);
        await Task.WhenAll(policy.Providers.Select(async route =>
        {
            if (await ReadAsync(route) is { } models)
            {
                found[route.Provider.Name] = models;
            }
        }));
        return found.IsEmpty
            ? policies.Current
            : policies.Publish(current => found.Aggregate(current, (revision, list) => revision.WithListed(list.Key, list.Value)));
    }

    private async Task<IReadOnlyList<ListedModel>?> ReadAsync(ProviderRoute route)
    {
        if (!Platforms.ListsWhatItServes(route.Provider.Platform))
        {
            return null;
        }

        using var patience = new CancellationTokenSource(s_patience, time);
        try
        {
            (System.Net.HttpStatusCode status, byte[] body) = await route.Client.GetModelsAsync(patience.Token);
            if (status == System.Net.HttpStatusCode.OK)
            {
                return ModelList.Parse(route.Provider.Protocol, body);
            }

            LogEvents.ModelsNotListed(log, route.Provider.Name, $"status {(int)status}");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException or CredentialException)
        {
            LogEvents.ModelsNotListed(log, route.Provider.Name, failure.Message);
        }

        return null;
    }
}
