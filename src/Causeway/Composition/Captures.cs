using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Payloads;
using Causeway.Configuration;
using Causeway.Gateway.Capture;
using Causeway.Gateway.Instances;
using Causeway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Causeway.Composition;

/// <summary>Prompts and answers of features that keep them.</summary>
internal static class Captures
{
    public static IServiceCollection AddCaptures(this IServiceCollection services, IStore store, CausewayConfiguration configuration, TimeProvider time)
    {
        services.AddSingleton(store.Payloads).AddSingleton(store.Captures);
        services.AddSingleton(provider => new PayloadBook(store.Payloads, new PayloadSeal(provider.GetRequiredService<MasterKeys>()), time, provider.GetRequiredService<ILogger<PayloadBook>>()) { Rules = configuration.Capture });
        services.AddHostedService(static provider => provider.GetRequiredService<PayloadBook>());
        return services.AddHostedService(provider => new PayloadUpkeep(provider.GetRequiredService<IPayloadStore>(), provider.GetRequiredService<Leadership>(), time, provider.GetRequiredService<ILogger<PayloadUpkeep>>()));
    }
}
