using System.Security.Cryptography;
using System.Text;
using Causeway.Configuration;
using Causeway.Gateway.Identity;

namespace Causeway.Admin.Identity;

/// <summary>A person who signed in, as their issuer described them at that moment.</summary>
/// <param name="Issuer">The issuer's name.</param>
/// <param name="Subject">Who it is there: unique, and never given to another.</param>
/// <param name="Name">As the ledger and the log write them: the issuer's name, a colon and theirs. Operators' names have no colon, so nobody passes for one.</param>
/// <param name="Roles">One or more.</param>
/// <param name="Teams">Those that they belong to, in order; none is possible.</param>
internal sealed record Person(string Issuer, string Subject, string Name, IReadOnlyList<Role> Roles, IReadOnlyList<string> Teams)
{
    /// <summary>Teams that are taken over.</summary>
    public const int MaxTeams = 24;

    private const int MaxGroups = 2048;
    private const int MaxNameLength = 128;
    private const int ShownGroups = 8;

    /// <summary>What is to be told to them: why they have no team; null: nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Makes a person of what an issuer says.</summary>
    public static Person Of(Attestation said, IssuerConfiguration issuer)
    {
        IReadOnlyList<string> groups = said.Texts(issuer.GroupsClaim, MaxGroups);
        string[] teams = [.. groups.Select(group => issuer.Teams.GetValueOrDefault(group)).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        HashSet<Role> roles = [.. groups.Where(issuer.Roles.ContainsKey).Select(group => issuer.Roles[group])];
        if (roles.Count == 0 || teams.Length > 0)
        {
            roles.Add(Role.Developer); // Who belongs to a team builds something for it.
        }

        return new Person(issuer.Name, said.Subject, $"{issuer.Name}:{NameOf(said, issuer.NameClaim)}", [.. roles.Order()], [.. teams.Take(MaxTeams)])
        {
            Note = teams.Length == 0 ? NoTeam(groups, said, issuer)
                : teams.Length > MaxTeams ? $"You belong to {teams.Length} teams; the first {MaxTeams} by name were taken over."
                : null,
        };
    }

    // An address that nobody has checked could be anybody's.
    private static string NameOf(Attestation said, string claim)
    {
        string? name = claim == IssuerConfiguration.DefaultNameClaim && said.Flag("email_verified") == false ? null : said.Text(claim);
        return IsPlain(name) ? name!
            : IsPlain(said.Subject) ? said.Subject
            : "sub-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said.Subject)).AsSpan(..8));
    }

    private static bool IsPlain(string? name) => name is { Length: > 0 and <= MaxNameLength } && !name.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static string NoTeam(IReadOnlyList<string> groups, Attestation said, IssuerConfiguration issuer)
    {
        string why = groups.Count > 0
            ? $"None of your groups at {issuer.Name} ({string.Join(", ", groups.Take(ShownGroups).Select(Printable.Cut))}{(groups.Count > ShownGroups ? ", …" : "")}) belongs to a team here."
            : !said.Has(issuer.GroupsClaim)
            ? $"{issuer.Name} said nothing of your groups: its ID token has no \"{issuer.GroupsClaim}\"."
            : $"You are in no group at {issuer.Name}.";
        return $"{why} You can look around and ask for raises, and make no keys. An administrator adds one of your groups to \"teams\" of the issuer {issuer.Name}; then sign in again.";
    }
}
