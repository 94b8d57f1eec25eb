namespace Causeway.Budgets.Runaway;

/// <summary>
/// From when on something is a sign of a loop. Chosen so that a loop is stopped within eight calls: the first sign warns, the second refuses,
/// so a sign that shows by the seventh call is early enough.
/// </summary>
public static class RunThresholds
{
    /// <summary>The same request this often.</summary>
    public const int SameRequest = 5;

    /// <summary>One round of tool calls this often in a row with equal results. Three equal answers are what an honest wait can look like.</summary>
    public const int SameRound = 4;

    /// <summary>Two or more rounds this often in a row: a cycle is one once it has been repeated whole.</summary>
    public const int SameCycle = 2;

    /// <summary>The most rounds of a cycle that is looked for.</summary>
    public const int LongestCycle = 8;

    /// <summary>This many growing contexts in a row without anything new. A person may say "yes" four times: the first is new, three are not.</summary>
    public const int Growths = 4;

    /// <summary>Errors of one kind in a row.</summary>
    public const int SameError = 3;

    /// <summary>Times the feature's usual most (its 95th percentile of nano-USD per run and minute).</summary>
    public const int BurnFactor = 10;

    /// <summary>Minutes of runs that must be known of a feature before its usual rate is one.</summary>
    public const int BurnSamples = 50;

    /// <summary>More child grants and tokens than this in one minute.</summary>
    public const int MintsAMinute = 20;

    /// <summary>Calls without a sign that take a run one stage down.</summary>
    public const int CallsToCalm = 5;

    /// <summary>How long a throttled run waits, where its sign does not say how long it lasts itself.</summary>
    public static TimeSpan Wait { get; } = TimeSpan.FromSeconds(10);

    /// <summary>What rates of spending and minting are counted in.</summary>
    public static TimeSpan Minute { get; } = TimeSpan.FromMinutes(1);
}
