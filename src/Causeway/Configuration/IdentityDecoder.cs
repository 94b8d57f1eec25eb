using Causeway.Budgets.Grants;
using Causeway.Configuration.Fields;

namespace Causeway.Configuration;

/// <summary>Reads <c>identity</c>, and checks what belongs together in it.</summary>
internal static class IdentityDecoder
{
    public static IdentityConfiguration Identity(SectionReader section)
    {
        HashSet<string> names = [];
        HashSet<string> urls = [];
        HashSet<string> rules = [];
        TimeSpan session = section.Value(IdentityFields.Session);
        IReadOnlyList<IssuerConfiguration> issuers = section.List(IdentityFields.Issuers, one => Issuer(one, names, urls));
        return new IdentityConfiguration
        {
            Session = session,
            Issuers = issuers,
            Exchange = section.List(IdentityFields.Exchange, one => Rule(one, names, rules)),
            Starter = section.One(IdentityFields.Starter, starter => new StarterConfiguration
            {
                Enabled = starter.Value(StarterFields.Enabled),
                NanoUsd = starter.Value(StarterFields.Usd),
                Data = starter.Value(StarterFields.Data),
                KeyExpires = starter.Value(StarterFields.KeyExpires),
            }),
        };
    }

    private static IssuerConfiguration Issuer(SectionReader section, HashSet<string> names, HashSet<string> urls)
    {
        string? client = section.Value(IssuerFields.ClientId);
        IssuerConfiguration issuer = new()
        {
            Name = section.Value(IssuerFields.Name),
            Issuer = section.Value(IssuerFields.Issuer),
            ClientId = client,
            Audience = section.Value(IssuerFields.Audience) ?? client!,
            ClientSecret = section.Value(IssuerFields.ClientSecret),
            Scopes = section.Value(IssuerFields.Scopes),
            GroupsClaim = section.Value(IssuerFields.GroupsClaim),
            NameClaim = section.Value(IssuerFields.NameClaim),
            Roles = section.Value(IssuerFields.Roles) ?? new Dictionary<string, Admin.Role>(),
            Teams = section.Value(IssuerFields.Teams) ?? new Dictionary<string, string>(),
            KeysFile = section.Value(IssuerFields.Keys),
            Proxy = section.Value(IssuerFields.Proxy),
        };
        if (section.IsSet(IssuerFields.Name) && section.IsGood(IssuerFields.Name) && !names.Add(issuer.Name))
        {
            section.Reject(IssuerFields.Name, "is the name of another issuer already");
        }

        if (section.IsSet(IssuerFields.Issuer) && section.IsGood(IssuerFields.Issuer) && !urls.Add(issuer.Issuer))
        {
            section.Reject(IssuerFields.Issuer, "is that of another item already: its tokens would be of both");
        }

        CheckSignIn(section, issuer);
        return issuer;
    }

    private static void CheckSignIn(SectionReader section, IssuerConfiguration issuer)
    {
        if (issuer.ClientId is null)
        {
            if (!section.IsSet(IssuerFields.Audience) && section.IsGood(IssuerFields.ClientId))
            {
                section.ReportMissing(IssuerFields.Audience, "is required without client_id: whom its tokens must be made for");
            }

            foreach (Member member in (Member[])[IssuerFields.ClientSecret, IssuerFields.Roles, IssuerFields.Teams])
            {
                if (section.IsSet(member) && section.IsGood(IssuerFields.ClientId))
                {
                    section.Reject(member, "is for people who sign in, and without client_id nobody does");
                }
            }
        }
        else if (section.IsGood(IssuerFields.Scopes) && !issuer.Scopes.Contains("openid"))
        {
            section.Reject(IssuerFields.Scopes, "lacks openid, without which there is no ID token");
        }
        else if (issuer.KeysFile is not null)
        {
            section.Reject(IssuerFields.Keys, "does not go with client_id: an issuer that people sign in by is reached, and its keys are fetched");
        }
    }

    private static ExchangeRule Rule(SectionReader section, HashSet<string> issuers, HashSet<string> names)
    {
        string grant = section.Value(ExchangeFields.Grant) ?? "";
        ExchangeRule rule = new()
        {
            Name = section.Value(ExchangeFields.Name),
            Issuer = section.Value(ExchangeFields.Issuer),
            Claims = section.Value(ExchangeFields.Claims) ?? new Dictionary<string, string>(),
            Grant = GrantId.TryParse(grant, out GrantId id) ? id : null,
            Team = section.Value(ExchangeFields.Team),
            Environment = section.Value(ExchangeFields.Environment),
            Feature = section.Value(ExchangeFields.Feature),
            FeatureClaim = section.Value(ExchangeFields.FeatureClaim),
            Expires = section.Value(ExchangeFields.Expires),
            Once = section.Value(ExchangeFields.Once),
        };
        if (section.IsSet(ExchangeFields.Name) && section.IsGood(ExchangeFields.Name) && !names.Add(rule.Name))
        {
            section.Reject(ExchangeFields.Name, "is the name of another rule already");
        }

        if (section.IsSet(ExchangeFields.Issuer) && section.IsGood(ExchangeFields.Issuer) && !issuers.Contains(rule.Issuer))
        {
            section.Reject(ExchangeFields.Issuer, $"\"{rule.Issuer}\" is not the name of an issuer{(NearestMatch.Find(rule.Issuer, issuers) is { } near ? $"; did you mean \"{near}\"?" : "")}");
        }

        if (section.IsGood(ExchangeFields.Feature) && section.IsGood(ExchangeFields.FeatureClaim) && rule.Feature is null == rule.FeatureClaim is null)
        {
            section.ReportMissing(ExchangeFields.Feature, rule.Feature is null ? "is missing, and so is feature_claim; say one of them" : "stands beside feature_claim; say one of them");
        }

        if (grant == ExchangeRule.StarterGrant)
        {
            CheckStarter(section, rule);
        }

        return rule;
    }

    private static void CheckStarter(SectionReader section, ExchangeRule rule)
    {
        if (rule.Team is null && section.IsGood(ExchangeFields.Team))
        {
            section.ReportMissing(ExchangeFields.Team, "is required where the grant is starter: whose");
        }

        if (section.IsGood(ExchangeFields.Environment) && section.IsSet(ExchangeFields.Environment) && rule.Environment != "dev")
        {
            section.Reject(ExchangeFields.Environment, "is not dev, which is all that a starter grant is for");
        }
    }
}
