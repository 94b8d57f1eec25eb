namespace Causeway.Configuration;

/// <summary>What holds for the way back of every channel.</summary>
internal sealed record ReleasesConfiguration
{
    public static ReleasesConfiguration Default { get; } = new();

    /// <summary>By how much the limits in USD of those who pay are raised for 24 hours when a channel goes back to a dearer release, in percent, 0 to 100.</summary>
    public int RollbackAllowance { get; init; } = Gateway.Rollouts.RollbackAllowance.DefaultPercent;
}
