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
internal sealed class Identify(BudgetLedger ledger, Capabilities capabilities, TimeProvider time)
{
    private const string Mend = "Make one with: causeway key new --team TEAM --feature FEATURE --env dev";

    public Verdict<Caller> Run(HttpRequest request, PolicyRevision policy)
    {
        if (Credential.Read(request, out KeyHash hash, out string presented) is { } problem)
        {
            return problem;
        }

        if (presented.StartsWith(CapabilityToken.Prefix, StringComparison.Ordinal))
        {
            return OfCapability(request, policy, hash, presented);
        }

        return !policy.Keys.TryGetValue(hash, out Key? key) || key.IsCapability ? Unknown()
            : Refused(key) is { } refused ? refused
            : new Caller(key, GrantOf(key));
    }

    // A narrowed key has the row of the key it came from: that one's revocation and end are its own.
    private Verdict<Caller> OfCapability(HttpRequest request, PolicyRevision policy, KeyHash hash, string presented)
    {
        if (capabilities.Verify(hash, presented).Failed(out VerifiedToken? token, out GatewayError? error))
        {
            return error;
        }

        if (policy.Keys.Find(token.Key) is not { IsCapability: true } key)
        {
            return Unknown();
        }

        return (Refused(key) ?? Capabilities.Refused(token, request.HttpContext.Connection.RemoteIpAddress, time.GetUtcNow())) is { } refused
            ? refused
            : capabilities.AccountOf(token, GrantOf(key)).Failed(out GrantNode? grant, out error) ? error : new Caller(key, grant, token.Restrictions);
    }

    private static GatewayError Unknown() => new(ErrorKind.Unauthenticated, "key_unknown", $"This key is not known here. {Mend}") { ShouldRetry = false };

    private GatewayError? Refused(Key key) => key.StateAt(time.GetUtcNow()) switch
    {
        KeyState.Active => null,
        KeyState.Expired => new GatewayError(ErrorKind.Unauthenticated, "key_expired", $"The key {Name(key)} expired at {key.ExpiresAt:u}. {Mend}") { ShouldRetry = false },
        _ => new GatewayError(ErrorKind.Unauthenticated, "key_revoked", $"The key {Name(key)} was revoked at {key.RevokedAt:u}. {Mend}") { ShouldRetry = false },
    };

    // The beginning of a capability key is the same for all keys of its grant.
    private static string Name(Key key) => key.IsCapability ? key.Id.ToString() : key.Shown + "…";

    // A key whose grant is not known is one of its team: grants are never deleted, so it was made before there were any.
    private GrantNode GrantOf(Key key) => (key.Grant is { } id ? ledger.Find(id) : null) ?? ledger.DefaultFor(key.Attribution.Team);
}
