namespace Causeway.Gateway.Policy;

/// <summary>Who may use what a provider keeps for its account: files, batches, stored responses.</summary>
public enum ObjectSharing
{
    /// <summary>What a team made is that team's. What nobody is known to have made is anybody's.</summary>
    Owned,

    /// <summary>What a team made is that team's. What nobody is known to have made is nobody's.</summary>
    Known,

    /// <summary>All of it is anybody's who may call the provider.</summary>
    Shared,
}
