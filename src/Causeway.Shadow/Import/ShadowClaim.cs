namespace Causeway.Shadow.Import;

/// <summary>What is claimed: an account, a project or a key of a vendor. Empty text: any.</summary>
public readonly record struct ClaimSubject(string Vendor, string Account, string Project, string Key)
{
    /// <summary>How particular it is: a key before a project before an account before a vendor.</summary>
    public int Weight => (Key.Length > 0 ? 4 : 0) + (Project.Length > 0 ? 2 : 0) + (Account.Length > 0 ? 1 : 0);

    /// <summary>Whether a line is of it.</summary>
    public bool Covers(in UsageKey line) => Vendor == line.Vendor
        && (Account.Length == 0 || Account == line.Account) && (Project.Length == 0 || Project == line.Project) && (Key.Length == 0 || Key == line.Key);
}

/// <summary>Somebody's word on whose an account, a project or a key is: a team's, or one of Causeway's own providers'.</summary>
/// <param name="Subject">What is claimed.</param>
/// <param name="Team">The team; null: it is Causeway's own.</param>
/// <param name="Provider">The provider of Causeway whose credential it is; null: it is a team's.</param>
/// <param name="Note">Why.</param>
/// <param name="Actor">Who said so.</param>
/// <param name="At">When.</param>
public sealed record ShadowClaim(ClaimSubject Subject, string? Team, string? Provider, string? Note, string Actor, DateTimeOffset At);
