using Causeway.Gateway.Instances;
using Causeway.Gateway.Objects;
using Causeway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Causeway.Composition;

/// <summary>Whose the things are that providers keep: written when they are made, forgotten when their providers have let go of them.</summary>
internal static class ObjectServices
{
    public static void AddObjects(this IServiceCollection services, IStore store, TimeProvider time)
    {
        services.AddSingleton(provider => new ObjectBook(store.Objects, time, provider.GetRequiredService<ILogger<ObjectBook>>()));
        services.AddHostedService(provider => new ObjectUpkeep(store.Objects, provider.GetRequiredService<Leadership>(), time, provider.GetRequiredService<ILogger<ObjectUpkeep>>()));
    }
}
