using Causeway.Admin;

namespace Causeway.Configuration.Fields;

internal static class IdentityFields
{
    public static readonly Section Section = new("identity", "Who people and workloads are, on the word of an OpenID provider, a cluster or a build service. Takes effect with the next start. See docs/identity.md.");

    public static readonly Field<TimeSpan> Session = Section.Default(
        "session", Types.Duration(300, 86_400), IdentityConfiguration.Default.Session, "8h",
        "How long a person stays signed in, at the command line and in the console. Roles and teams are read at sign-in.");

    public static readonly Section Issuers = Section.Include(IssuerFields.Section);

    public static readonly Section Exchange = Section.Include(ExchangeFields.Section);

    public static readonly Section Starter = Section.Include(StarterFields.Section);
}

internal static class IssuerFields
{
    public static readonly Section Section = new("issuers", "Whose tokens are taken.", SectionKind.List, 16) { MayBeMissing = true };

    public static readonly Field<string> Name = Section.Require(
        "name", IdentityTypes.IssuerName, "company",
        "What it is called here. No two share a name.");

    public static readonly Field<string> Issuer = Section.Require(
        "issuer", IdentityTypes.IssuerUrl, "https://login.company.example",
        "Its identifier, to the character as its tokens say it (`iss`). The discovery document below it says where its keys are.");

    public static readonly Field<string> Audience = Section.Allow(
        "audience", IdentityTypes.ClientText, "causeway",
        "Whom tokens that are exchanged must be made for (`aud`).", "that of `client_id`");

    public static readonly Field<string> ClientId = Section.Allow(
        "client_id", IdentityTypes.ClientText, "causeway",
        "As whom this deployment is registered there. With it people sign in by this issuer.", "none: nobody signs in by it");

    public static readonly Field<Secret> ClientSecret = Section.Allow(
        "client_secret", Types.IssuedSecret, "${CAUSEWAY_OIDC_SECRET}",
        "The secret of that registration.", "none: a public client");

    public static readonly Field<IReadOnlyList<string>> Scopes = Section.Default(
        "scopes", IdentityTypes.Scopes, IssuerConfiguration.DefaultScopes, "[openid, profile, email, groups]",
        "What is asked for at a sign-in. Some providers give groups only for a scope of their own.");

    public static readonly Field<string> GroupsClaim = Section.Default(
        "groups_claim", IdentityTypes.Claim, IssuerConfiguration.DefaultGroupsClaim, "groups",
        "The claim of the ID token with a person's groups; with a / in front its place as a JSON Pointer: `/realm_access/roles`.");

    public static readonly Field<string> NameClaim = Section.Default(
        "name_claim", IdentityTypes.Claim, IssuerConfiguration.DefaultNameClaim, "email",
        "The claim that people are called by, after the issuer's name: `company:mira@company.example`. Where people can change it themselves, take `sub`. An address that is not verified is not taken; then it is `sub`.");

    public static readonly Field<IReadOnlyDictionary<string, Role>> Roles = Section.Allow(
        "roles", IdentityTypes.GroupRoles, "{ platform: admin, sre: on-call, finance: budget-owner }",
        "Which role (docs/roles.md) the members of a group have.", "none: everybody is a developer");

    public static readonly Field<IReadOnlyDictionary<string, string>> Teams = Section.Allow(
        "teams", IdentityTypes.GroupTeams, "{ search-developers: search }",
        "Which team the members of a group belong to. They make keys for it under its starter grant.", "none: nobody belongs to a team");

    public static readonly Field<string> Keys = Section.AllowApart(
        "keys", IdentityTypes.KeysFile, "file:/etc/causeway/cluster-keys.json",
        "A file with its keys (a JWK set), for an issuer that this process cannot reach. Read again when a token names another key.", "none: they are fetched");

    public static readonly Field<Uri> Proxy = Section.Allow(
        "proxy", Types.Proxy, "http://proxy.internal:3128",
        "The proxy that the issuer is reached by.", "none");

    static IssuerFields() => Section.AlsoLike((Name, "cluster"), (Issuer, "https://kubernetes.default.svc.cluster.local"), (Audience, "causeway"), (Keys, null));
}

internal static class ExchangeFields
{
    public static readonly Section Section = new(
        "exchange", "Which tokens of workloads are exchanged for short-lived keys at `POST /v1/token`. The first rule that fits a token is its rule.", SectionKind.List, 256)
    {
        MayBeMissing = true,
    };

    public static readonly Field<string> Name = Section.Require(
        "name", IdentityTypes.IssuerName, "search-ci",
        "What the rule is called, in the ledger and in messages. Its keys belong to it: under another name they are others.");

    public static readonly Field<string> Issuer = Section.Require(
        "issuer", IdentityTypes.IssuerName, "company",
        "One of `identity.issuers`.");

    public static readonly Field<IReadOnlyDictionary<string, string>> Claims = Section.Require(
        "claims", IdentityTypes.ClaimPatterns, "{ sub: \"system:serviceaccount:search:*\" }",
        "What the token must say, all of it. A `*` stands for any characters, but never first. Take claims that are never given to somebody else.");

    public static readonly Field<string> Grant = Section.Require(
        "grant", IdentityTypes.GrantReference, "grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b",
        "The grant that the key speaks for, or `starter` for that of the team.");

    public static readonly Field<string> Team = Section.Allow(
        "team", Types.AttributionName, "search",
        "Whose requests they are. Needed where the grant is no team's.", "the team that holds the grant");

    public static readonly Field<string> Environment = Section.Require(
        "env", IdentityTypes.Environment, "eval",
        "In which environment.");

    public static readonly Field<string> Feature = Section.Allow(
        "feature", Types.AttributionName, "nightly-eval",
        "What they are for. This or `feature_claim`.", "what `feature_claim` says");

    public static readonly Field<string> FeatureClaim = Section.AllowApart(
        "feature_claim", IdentityTypes.Claim, "repository",
        "The claim that says so: what stands after its last / or :, in lower case.", "none");

    public static readonly Field<TimeSpan> Expires = Section.Default(
        "expires", Types.Duration(60, 43_200), ExchangeRule.DefaultExpires, "15m",
        "How long the key works.");

    public static readonly Field<bool> Once = Section.Default(
        "once", Types.Switch, true, "true",
        "Whether a token is exchanged one time only, by its id (`jti`). Kubernetes hands out the same token for its whole life: there it is false.");

    static ExchangeFields() => Section.AlsoLike(
        (Name, "answers-pods"), (Issuer, null), (Claims, null), (Grant, "starter"), (Team, null), (Environment, "dev"), (FeatureClaim, null), (Once, "false"));
}

internal static class StarterFields
{
    private static readonly StarterConfiguration Standard = StarterConfiguration.Default;

    public static readonly Section Section = new("starter", "The standing grant of every team of `identity.issuers[].teams`: for dev, so that the first call needs nobody's leave. Made when the first key is. It keeps its terms; more is asked for with `causeway grant request`.");

    public static readonly Field<bool> Enabled = Section.Default(
        "enabled", Types.Switch, Standard.Enabled, "true",
        "Whether there is one.");

    public static readonly Field<long> Usd = Section.Default(
        "usd", IdentityTypes.StarterAmount, Standard.NanoUsd, "20",
        "USD a month for the team.");

    public static readonly Field<string> Data = Section.Default(
        "data", IdentityTypes.StarterData, Standard.Data, "internal",
        "The highest class of data.");

    public static readonly Field<TimeSpan> KeyExpires = Section.Default(
        "key_expires", Types.Duration(3600, 365 * 86_400L), Standard.KeyExpires, "30d",
        "How long a key that a developer makes works at most, and where nothing is said.");
}
