namespace Causeway.Gateway.Policy;

/// <summary>Who calls a cloud, where that is more than a key. Classes, not records: nothing may print their secrets by accident.</summary>
public abstract class CloudIdentity
{
    private protected CloudIdentity()
    {
    }
}

/// <summary>An access key of AWS: every request is signed with it (Signature Version 4).</summary>
public sealed class AwsIdentity : CloudIdentity
{
    /// <summary>The public half.</summary>
    public required string AccessKeyId { get; init; }

    /// <summary>The secret half.</summary>
    public required string SecretAccessKey { get; init; }

    /// <summary>What belongs to a temporary key; null: the key is a lasting one.</summary>
    public string? SessionToken { get; init; }

    /// <summary>The region that requests are signed for.</summary>
    public required string Region { get; init; }

    /// <summary>The service that requests are signed for: <c>bedrock</c>, <c>bedrock-mantle</c> or <c>aws-external-anthropic</c>.</summary>
    public required string Service { get; init; }
}

/// <summary>A service account of Google by its key file: it signs an assertion, and gets a token for it.</summary>
public sealed class GoogleServiceAccount : CloudIdentity
{
    /// <summary>The account.</summary>
    public required string Email { get; init; }

    /// <summary>Which of the account's keys this is.</summary>
    public required string KeyId { get; init; }

    /// <summary>PKCS #8 in PEM.</summary>
    public required string PrivateKey { get; init; }

    /// <summary>Where tokens are got: https, or this machine.</summary>
    public required Uri TokenEndpoint { get; init; }
}

/// <summary>The identity of the machine itself, where it runs at Google: its metadata server hands out tokens.</summary>
public sealed class GoogleMachine : CloudIdentity
{
    /// <summary>The metadata server, reachable from the machine only and therefore in the clear.</summary>
    public Uri MetadataServer { get; init; } = new("http://metadata.google.internal");
}

/// <summary>An application registered at Microsoft Entra, with a secret.</summary>
public sealed class EntraApplication : CloudIdentity
{
    /// <summary>The directory: its id or a domain.</summary>
    public required string Tenant { get; init; }

    /// <summary>The application.</summary>
    public required string ClientId { get; init; }

    /// <summary>Its secret.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>Where tokens are got: https, or this machine. Sovereign clouds have their own.</summary>
    public Uri Authority { get; init; } = new("https://login.microsoftonline.com");
}
