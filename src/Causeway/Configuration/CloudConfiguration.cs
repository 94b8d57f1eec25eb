namespace Causeway.Configuration;

/// <summary>An access key of AWS.</summary>
internal sealed record AwsConfiguration
{
    public required Secret AccessKeyId { get; init; }

    public required Secret SecretAccessKey { get; init; }

    /// <summary>What belongs to a temporary key; null: the key is a lasting one.</summary>
    public Secret? SessionToken { get; init; }

    /// <summary>What requests are signed for: <c>bedrock</c>, <c>bedrock-mantle</c> or <c>aws-external-anthropic</c>.</summary>
    public required string Service { get; init; }
}

/// <summary>An identity at Google.</summary>
internal abstract record GoogleCredentials
{
    /// <summary>The account of the machine itself, by its metadata server.</summary>
    public sealed record Machine : GoogleCredentials;

    /// <summary>A service account, by its key file.</summary>
    /// <param name="Email">The account.</param>
    /// <param name="KeyId">Which of its keys this is.</param>
    /// <param name="PrivateKey">PKCS #8 in PEM; it was read once, so it can be.</param>
    /// <param name="TokenEndpoint">https, or this machine.</param>
    public sealed record ServiceAccount(string Email, string KeyId, Secret PrivateKey, Uri TokenEndpoint) : GoogleCredentials;
}

/// <summary>An application registered at Microsoft Entra.</summary>
internal sealed record AzureConfiguration
{
    /// <summary>The directory: its id or a domain.</summary>
    public required string Tenant { get; init; }

    public required string ClientId { get; init; }

    public required Secret ClientSecret { get; init; }

    /// <summary>Where tokens are got: https, or this machine.</summary>
    public required Uri Authority { get; init; }
}
