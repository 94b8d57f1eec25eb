using Causeway.Releases.Drills;

namespace Causeway.Gateway.Rollouts;

/// <summary>Drills in words.</summary>
public static class DrillWords
{
    /// <summary>How one ended.</summary>
    public static string Of(DrillState state) => state switch
    {
        DrillState.Running => "running",
        DrillState.Passed => "passed",
        DrillState.Failed => "failed",
        _ => "interrupted",
    };

    /// <summary>What one rehearses.</summary>
    public static string Of(DrillKind kind) => kind switch
    {
        DrillKind.Slice => "slice",
        DrillKind.Full => "full",
        DrillKind.Partition => "partition",
        _ => "capacity",
    };
}
