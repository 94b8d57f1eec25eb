using Causeway.Configuration;
using Causeway.Gateway.Policy;

namespace Causeway.Composition;

/// <summary>The identities of the configuration as the gateway knows them.</summary>
internal static class CloudIdentities
{
    /// <summary>The one that a provider is called by; null: it has a static key or none.</summary>
    public static CloudIdentity? Of(ProviderConfiguration provider) => provider switch
    {
        { Aws: { } aws } => new AwsIdentity
        {
            AccessKeyId = aws.AccessKeyId.Reveal(),
            SecretAccessKey = aws.SecretAccessKey.Reveal(),
            SessionToken = aws.SessionToken?.Reveal(),
            Region = provider.Region!,
            Service = aws.Service,
        },
        { Google: GoogleCredentials.Machine } => new GoogleMachine(),
        { Google: GoogleCredentials.ServiceAccount account } => new GoogleServiceAccount
        {
            Email = account.Email,
            KeyId = account.KeyId,
            PrivateKey = account.PrivateKey.Reveal(),
            TokenEndpoint = account.TokenEndpoint,
        },
        { Azure: { } azure } => new EntraApplication
        {
            Tenant = azure.Tenant,
            ClientId = azure.ClientId,
            ClientSecret = azure.ClientSecret.Reveal(),
            Authority = azure.Authority,
        },
        _ => null,
    };

    /// <summary>All that an identity is made of, secrets included: to be compared, never to be shown.</summary>
    public static IEnumerable<object?> Way(ProviderConfiguration provider) => Of(provider) switch
    {
        null => [null],
        AwsIdentity aws => [aws.AccessKeyId, aws.SecretAccessKey, aws.SessionToken, aws.Region, aws.Service],
        GoogleServiceAccount account => [account.Email, account.KeyId, account.PrivateKey, account.TokenEndpoint],
        GoogleMachine machine => [machine.MetadataServer],
        EntraApplication application => [application.Tenant, application.ClientId, application.ClientSecret, application.Authority],
        _ => throw new ArgumentOutOfRangeException(nameof(provider)),
    };
}
