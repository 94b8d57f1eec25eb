namespace Causeway.Gateway.Identity;

/// <summary>Somebody whose word on who others are is taken: an OpenID provider, a cluster, a build service.</summary>
/// <remarks>A class, not a record: its text would have the secret in it.</remarks>
public sealed class Issuer
{
    /// <summary>What it is called here.</summary>
    public required string Name { get; init; }

    /// <summary>Its identifier, to the character as its tokens say it (<c>iss</c>); below it the discovery document is found.</summary>
    public required string Url { get; init; }

    /// <summary>Whom its tokens must be made for (<c>aud</c>).</summary>
    public required string Audience { get; init; }

    /// <summary>As whom this deployment is registered there; null: people do not sign in by it.</summary>
    public string? ClientId { get; init; }

    /// <summary>The secret of that registration; null: it is a public client.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>A file with its keys (a JWK set), in place of what it publishes; null: they are fetched.</summary>
    public string? KeysFile { get; init; }

    /// <summary>The proxy that it is reached by; null: it is called directly.</summary>
    public Uri? Proxy { get; init; }
}
