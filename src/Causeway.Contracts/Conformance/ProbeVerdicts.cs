namespace Causeway.Contracts.Conformance;

/// <summary>How verdicts are spelled to people and programs.</summary>
public static class ProbeVerdicts
{
    /// <summary>The verdict in one lower-case word.</summary>
    public static string Word(this ProbeVerdict verdict) => verdict switch
    {
        ProbeVerdict.Enforced => "enforced",
        ProbeVerdict.Ignored => "ignored",
        ProbeVerdict.Rejected => "rejected",
        _ => "inconclusive",
    };
}
