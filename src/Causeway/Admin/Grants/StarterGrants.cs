using System.Security.Cryptography;
using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Configuration;

namespace Causeway.Admin.Grants;

/// <summary>
/// The standing grant of a team, for the first call: dev only, little money, no sensitive data. Made when a key first needs it; its id follows from the team's name, so all
/// instances mean the same one. It keeps the terms that it was made with: more is asked for, and a budget owner who revokes it has closed this door for the team.
/// </summary>
internal sealed class StarterGrants(IdentityConfiguration identity, BudgetLedger ledger, TimeProvider time)
{
    /// <summary>All that a starter grant is for.</summary>
    public const string Environment = "dev";

    private const string Maker = "causeway";

    /// <summary>Its terms, for new teams.</summary>
    public StarterConfiguration Terms => identity.Starter;

    /// <summary>The name of a team's starter grant.</summary>
    public static GrantId IdOf(string team) => new(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes("starter grant of team/" + team)).AsSpan(..16), bigEndian: true));

    /// <summary>A team's starter grant, made if it has none.</summary>
    /// <returns>The grant, or why there is none and what to do: exactly one of the two.</returns>
    public async Task<(GrantNode? Grant, string? Problem)> EnsureAsync(string team)
    {
        if (!Terms.Enabled)
        {
            return (null, "starter grants are switched off (identity.starter.enabled); a budget owner makes a grant and a key");
        }

        IReadOnlyList<DelegationFault> faults = ledger.Find(IdOf(team)) is null ? await ledger.CreateAsync(New(team)) : [];
        if (ledger.Find(IdOf(team)) is not { } grant) // Of two at once one finds that it exists.
        {
            return (null, $"the starter grant of team {team} cannot be made: {string.Join("; ", faults.Select(fault => fault.Message))}");
        }

        return grant.Grant.Status switch
        {
            GrantStatus.Revoked => (null, $"the starter grant of team {team} ({grant.Grant.Id}) was revoked{Because(grant)}; a budget owner makes a grant and a key"),
            GrantStatus.Suspended => (null, $"the starter grant of team {team} ({grant.Grant.Id}) is suspended{Because(grant)}; ask a budget owner"),
            _ => (grant, null),
        };
    }

    private static string Because(GrantNode grant) => grant.Grant.Reason is { Length: > 0 } reason ? $" ({Printable.Cut(reason)})" : "";

    private Grant New(string team)
    {
        string amount = $"{Limit.Write(Meter.Usd, Terms.NanoUsd)}/month";
        return new Grant
        {
            Id = IdOf(team),
            Holder = new Holder(IsFeature: false, team),
            Scope = new Scope { Environments = [Environment], DataClassMax = DataClasses.Rank(Terms.Data) },
            Limits = [Limit.TryParse(Meter.Usd, amount, "UTC", out Limit limit, out string problem) ? limit : throw new InvalidOperationException(problem)],
            DepthLeft = 0,
            CreatedAt = time.GetUtcNow(),
            CreatedBy = Maker,
            Reason = "the team's start: more is asked for with causeway grant request",
        };
    }
}
