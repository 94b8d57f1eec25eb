using Causeway.Configuration;
using Causeway.Gateway.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Causeway.Composition;

/// <summary>The issuers of the configuration as the gateway knows them.</summary>
internal static class Identities
{
    public static IServiceCollection AddIdentity(this IServiceCollection services, IdentityConfiguration identity, TimeProvider time)
    {
        services.AddSingleton(identity);
        return services.AddSingleton(provider => new Issuers([.. identity.Issuers.Select(Of)], time, provider.GetRequiredService<ILogger<Issuers>>()));
    }

    private static Issuer Of(IssuerConfiguration issuer) => new()
    {
        Name = issuer.Name,
        Url = issuer.Issuer,
        Audience = issuer.Audience,
        ClientId = issuer.ClientId,
        ClientSecret = issuer.ClientSecret?.Reveal(),
        KeysFile = issuer.KeysFile,
        Proxy = issuer.Proxy,
    };
}
