using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Flow;

/// <summary>
/// Key → who is asking, and for which grant. Runs on the headers alone, before a byte of the body is read: what has no right costs nothing.
/// </summary>
internal sealed class Identify(BudgetLedger ledger, Capabilities capabilities, FailedKeys failed, TimeProvider time)
{
    private const string Mend = "Make one with: causeway key new --team TEAM --feature FEATURE --env dev";

    public async ValueTask<Verdict<Caller>> RunAsync(HttpRequest request, PolicyRevision policy)
    {
        if (Credential.Read(request, out KeyHash hash, out string presented) is { } problem)
        {
            return problem;
        }

        Verdict<Caller> verdict = presented.StartsWith(CapabilityToken.Prefix, StringComparison.Ordinal)
            ? await OfCapabilityAsync(request, policy, hash, presented)
            : await OfKeyAsync(policy, hash);
        return verdict.Failed(out _, out GatewayError? error) && IsGuarded(error) && TooMany(request, error) is { } bounded ? bounded : verdict;
    }

    // Whoever has a key that is no good, or is no good from there, could fill the ledger with what it is told. Beyond the bound it is told that, which is counted and not booked.
    private static bool IsGuarded(GatewayError error) => error.Kind == ErrorKind.Unauthenticated || error is { Kind: ErrorKind.Forbidden, Asker: not null };

    // After the key was looked up, so that one that is good is never refused for what others send from where it comes from (S-31).
    private GatewayError? TooMany(HttpRequest request, GatewayError error) => failed.Take(request.HttpContext.Connection.RemoteIpAddress, error.Code) is { } wait
        ? new GatewayError(ErrorKind.RateLimited, "keys_failing", "Too many requests with keys that are no good come from where you are. One that is good is answered as ever: put it in place of this one, or stop the client that sends it.") { RetryAfter = wait, ShouldRetry = false }
        : null;

    private async ValueTask<Verdict<Caller>> OfKeyAsync(PolicyRevision policy, KeyHash hash)
    {
        if (!policy.Keys.TryGetValue(hash, out Key? key) || key.IsCapability)
        {
            return Unknown();
        }

        try
        {
            return Refused(key) is { } refused ? Asked(key, refused)
                : await GrantOfAsync(key) is { } grant ? new Caller(key, grant)
                : Asked(key, NoGrant(key));
        }
        catch (LedgerUnavailableException)
        {
            return Asked(key, NotYet);
        }
    }

    // A narrowed key has the row of the key it came from: that one's revocation and end are its own.
    private async ValueTask<Verdict<Caller>> OfCapabilityAsync(HttpRequest request, PolicyRevision policy, KeyHash hash, string presented)
    {
        if (capabilities.Verify(hash, presented).Failed(out VerifiedToken? token, out GatewayError? error))
        {
            return error;
        }

        if (policy.Keys.Find(token.Key) is not { IsCapability: true } key)
        {
            return Unknown();
        }

        try
        {
            return (Refused(key) ?? Revoked(policy.Revoked.Of(token), token) ?? Capabilities.Refused(token, request.HttpContext.Connection.RemoteIpAddress, policy.Deployment, capabilities.Unproven(token, request, presented, time.GetUtcNow()), time.GetUtcNow())) is { } refused ? Asked(key, refused)
                : await GrantOfAsync(key) is not { } of ? Asked(key, NoGrant(key))
                : (await capabilities.AccountOfAsync(token, of)).Failed(out GrantNode? grant, out error) ? Asked(key, error) : new Caller(key, grant, token);
        }
        catch (LedgerUnavailableException)
        {
            return Asked(key, NotYet);
        }
    }

    // The key is known, so that what it is told is its grant's and belongs into the audit (I12). A grant is not made for that.
    private GatewayError Asked(Key key, GatewayError error) =>
        error with { Asker = new Asker(key, ledger.Find(key.Grant ?? BudgetLedger.DefaultId(key.Attribution.Team))?.Grant.Id) };

    private static GatewayError Unknown() => new(ErrorKind.Unauthenticated, "key_unknown", $"This key is not known here. {Mend}");

    private GatewayError? Refused(Key key) => key.StateAt(time.GetUtcNow()) switch
    {
        KeyState.Active => null,
        KeyState.Expired => new GatewayError(ErrorKind.Unauthenticated, "key_expired", $"The key {Name(key)} expired at {key.ExpiresAt:u}. {Mend}"),
        _ => new GatewayError(ErrorKind.Unauthenticated, "key_revoked", $"The key {Name(key)} was revoked at {key.RevokedAt:u}. {Mend}"),
    };

    // The key that it was narrowed from goes on: only who holds this one is told.
    private static GatewayError? Revoked(Revocation? revocation, VerifiedToken token) => revocation is null ? null : new GatewayError(
        ErrorKind.Unauthenticated,
        "token_revoked",
        $"This key{(revocation.Id == token.Id ? "" : ", or one that it was narrowed from,")} was revoked at {revocation.RevokedAt:u} ({revocation.Id}). Narrow another from the key that it came from, or ask whoever gave it.")
    { DecidedBy = token.Grant };

    // The beginning of a capability key is the same for all keys of its grant.
    private static string Name(Key key) => key.IsCapability ? key.Id.ToString() : key.Shown + "…";

    // Without one it was made before there were grants and is its team's. One that names a grant that is not there has no right at all: its team's
    // default has no limits, so taking that instead would give more than was ever granted.
    private async ValueTask<GrantNode?> GrantOfAsync(Key key) =>
        key.Grant is not { } id ? await ledger.DefaultForAsync(key.Attribution.Team)
        : ledger.Find(id) ?? (id == BudgetLedger.DefaultId(key.Attribution.Team) ? await ledger.DefaultForAsync(key.Attribution.Team) : null);

    // A team's first request, or a narrowed key's: what it is counted in has to be made.
    private static GatewayError NotYet { get; } = new(
        ErrorKind.Unavailable, "store_unavailable", "The store is away, and what this key is counted in was not used before: nothing is started. The operator sees why in the log and at /readyz.")
    { RetryAfter = TimeSpan.FromSeconds(5) };

    private static GatewayError NoGrant(Key key) => new(
        ErrorKind.Forbidden, "grant_unknown", $"The key {Name(key)} belongs to grant {key.Grant}, which the ledger does not have: the store was put together from parts. The operator makes a new key.");
}
