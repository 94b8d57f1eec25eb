using System.Diagnostics.Metrics;
using Causeway.Gateway.Batches;
using Causeway.Gateway.Books;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Policy;
using Causeway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Causeway.Composition;

/// <summary>Batches that providers take: kept when they are taken, asked for until they are settled.</summary>
internal static class BatchServices
{
    public static void AddBatches(this IServiceCollection services, IStore store, TimeProvider time)
    {
        services.AddSingleton(store.Batches);
        services.AddSingleton(provider => new BatchBook(store.Batches, time, provider.GetRequiredService<ILogger<BatchBook>>()));
        services.AddHostedService(provider => new BatchWatch(
            store.Batches,
            provider.GetRequiredService<LateUsage>(),
            provider.GetRequiredService<PolicyPublisher>(),
            provider.GetRequiredService<Leadership>(),
            provider.GetRequiredService<IMeterFactory>(),
            time,
            provider.GetRequiredService<ILogger<BatchWatch>>(),
            provider.GetRequiredService<ObjectBook>()));
    }
}
