namespace Causeway.Configuration;

/// <summary>What is booked beside team, feature and environment.</summary>
internal sealed record AttributionConfiguration
{
    public static AttributionConfiguration Default { get; } = new();

    /// <summary>What is booked of end users that callers name.</summary>
    public EndUserRule EndUser { get; init; }

    /// <summary>The cost centres of teams, for new keys that name none.</summary>
    public IReadOnlyDictionary<string, string> CostCentres { get; init; } = new Dictionary<string, string>();
}

/// <summary>What is booked of end users.</summary>
internal enum EndUserRule
{
    /// <summary>Their names as they are written.</summary>
    Keep,

    /// <summary>A digest under a key of this deployment.</summary>
    Hash,

    /// <summary>Nothing.</summary>
    Drop,
}
