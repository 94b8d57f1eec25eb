using System.Security.Cryptography;
using System.Text;
using Causeway.Admin;
using Causeway.Budgets.Grants;

namespace Causeway.Configuration;

/// <summary>Whose word on who others are is taken, and what follows from it. Takes effect with a start.</summary>
internal sealed record IdentityConfiguration
{
    public static IdentityConfiguration Default { get; } = new();

    /// <summary>How long a person who signed in stays so.</summary>
    public TimeSpan Session { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Each with a name and an address of its own.</summary>
    public IReadOnlyList<IssuerConfiguration> Issuers { get; init; } = [];

    /// <summary>In their order: the first that fits a token is its rule.</summary>
    public IReadOnlyList<ExchangeRule> Exchange { get; init; } = [];

    public StarterConfiguration Starter { get; init; } = StarterConfiguration.Default;

    /// <summary>Those by which people sign in.</summary>
    public IEnumerable<IssuerConfiguration> ForPeople => Issuers.Where(issuer => issuer.ClientId is not null);
}

/// <summary>One issuer of tokens.</summary>
internal sealed record IssuerConfiguration
{
    public const string DefaultGroupsClaim = "groups";
    public const string DefaultNameClaim = "email";

    public static IReadOnlyList<string> DefaultScopes { get; } = ["openid", "profile", "email"];

    public required string Name { get; init; }

    /// <summary>As its tokens say it, to the character.</summary>
    public required string Issuer { get; init; }

    public required string Audience { get; init; }

    /// <summary>Null: people do not sign in by it.</summary>
    public string? ClientId { get; init; }

    public Secret? ClientSecret { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = DefaultScopes;

    /// <summary>The claim with a person's groups; with a / in front its place as a JSON Pointer.</summary>
    public string GroupsClaim { get; init; } = DefaultGroupsClaim;

    /// <summary>The claim that people are called by.</summary>
    public string NameClaim { get; init; } = DefaultNameClaim;

    public IReadOnlyDictionary<string, Role> Roles { get; init; } = new Dictionary<string, Role>();

    public IReadOnlyDictionary<string, string> Teams { get; init; } = new Dictionary<string, string>();

    /// <summary>The file with its keys, as a full path; null: they are fetched.</summary>
    public string? KeysFile { get; init; }

    public Uri? Proxy { get; init; }

    /// <summary>What sessions are bound to: they end when it is another. No secret is in it.</summary>
    public string Fingerprint
    {
        get
        {
            string[] parts =
            [
                Name, Issuer, ClientId ?? "", GroupsClaim, NameClaim,
                .. Roles.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}={RoleTable.Word(one.Value)}"), "",
                .. Teams.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}={one.Value}"),
            ];
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))).AsSpan(..8));
        }
    }
}

/// <summary>Which key a workload's token is exchanged for.</summary>
internal sealed record ExchangeRule
{
    /// <summary>In place of a grant: the standing one of the team.</summary>
    public const string StarterGrant = "starter";

    public static readonly TimeSpan DefaultExpires = TimeSpan.FromMinutes(15);

    public required string Name { get; init; }

    /// <summary>The name of one of the issuers.</summary>
    public required string Issuer { get; init; }

    /// <summary>What the token must say, all of it; a <c>*</c> stands for anything, but never first.</summary>
    public required IReadOnlyDictionary<string, string> Claims { get; init; }

    /// <summary>The grant; null: the starter grant of <see cref="Team"/>.</summary>
    public GrantId? Grant { get; init; }

    /// <summary>Whose requests they are; null: the team that holds the grant.</summary>
    public string? Team { get; init; }

    public required string Environment { get; init; }

    /// <summary>What they are for; null: <see cref="FeatureClaim"/> says so.</summary>
    public string? Feature { get; init; }

    public string? FeatureClaim { get; init; }

    /// <summary>How long a key works.</summary>
    public TimeSpan Expires { get; init; } = DefaultExpires;

    /// <summary>A token is exchanged once, and needs an id (<c>jti</c>) for that.</summary>
    public bool Once { get; init; } = true;
}

/// <summary>What every team has from the start.</summary>
internal sealed record StarterConfiguration
{
    public static StarterConfiguration Default { get; } = new();

    public bool Enabled { get; init; } = true;

    /// <summary>Nano-USD a month.</summary>
    public long NanoUsd { get; init; } = 20_000_000_000;

    /// <summary>The highest class of data.</summary>
    public string Data { get; init; } = "internal";

    /// <summary>How long a key that a developer makes works at most.</summary>
    public TimeSpan KeyExpires { get; init; } = TimeSpan.FromDays(30);
}
