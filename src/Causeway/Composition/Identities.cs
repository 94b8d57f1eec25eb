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
        return services.AddSingleton(provider => Of(identity, time, provider.GetRequiredService<ILogger<Issuers>>()));
    }

    /// <summary>The issuers, to be disposed of. None is asked yet.</summary>
    public static Issuers Of(IdentityConfiguration identity, TimeProvider time, ILogger<Issuers> log) => new([.. identity.Issuers.Select(Of)], time, log);

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
