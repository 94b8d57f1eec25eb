namespace Causeway.Releases.Guards;

/// <summary>What guards know of a rollout.</summary>
/// <param name="CandidateRequests">Requests that the candidate answered.</param>
/// <param name="BaseRequests">Requests that base answered beside it.</param>
/// <param name="CandidateUnits">Units that met the candidate by percentage.</param>
/// <param name="Units">Units that were drawn.</param>
/// <param name="IsUnderpowered">There are so few that statistics say little: only tripwires and people act.</param>
/// <param name="Threshold">Where a guard acts.</param>
/// <param name="ShareE">The evidence that the share is not as stated.</param>
/// <param name="Guards">Each of them.</param>
public sealed record GuardReport(
    long CandidateRequests, long BaseRequests, int CandidateUnits, int Units, bool IsUnderpowered, double Threshold, double ShareE, IReadOnlyList<GuardStanding> Guards);

/// <summary>Where a guard stands.</summary>
/// <param name="Kind">Which.</param>
/// <param name="IsOn">False: the plan turned it off.</param>
/// <param name="E">The evidence against the candidate, 1 at the beginning.</param>
/// <param name="MirrorE">The evidence for it.</param>
/// <param name="CandidateUnits">Units of the candidate's with a bad request.</param>
/// <param name="BaseUnits">Units of base's.</param>
/// <param name="Remark">What is to be said of it; null: nothing.</param>
/// <param name="Requests">The candidate's last bad requests, at most 20, the newest first.</param>
public sealed record GuardStanding(GuardKind Kind, bool IsOn, double E, double MirrorE, long CandidateUnits, long BaseUnits, string? Remark, IReadOnlyList<Guid> Requests);

/// <summary>A guard has crossed its threshold.</summary>
/// <param name="Guard">Which; null: a tripwire, or the share.</param>
/// <param name="Action">What is done.</param>
/// <param name="Evidence">Why, in words and numbers.</param>
/// <param name="Requests">The candidate's last bad requests, at most 20, the newest first.</param>
public sealed record GuardCrossing(GuardKind? Guard, GuardAction Action, string Evidence, IReadOnlyList<Guid> Requests)
{
    /// <summary>In one word what it was, where it was no guard, no tripwire and no share; null: it was one of them.</summary>
    public string? Cause { get; init; }

    /// <summary>When it crossed, UTC; null: whoever acts on it says so.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The candidate's first request that it called bad; of a tripwire, that any guard of correctness did on this instance. Null: there is none, as of the share.</summary>
    public Guid? FirstBad { get; init; }
}
