using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Flow;

/// <summary>
/// Key → who is asking. Runs on the headers alone, before a byte of the body is read: what has no right costs nothing.
/// </summary>
internal sealed class Identify(BudgetLedger ledger, TimeProvider time)
{
    private const string Mend = "Make one with: causeway key new --team TEAM --feature FEATURE --env dev";

    public Verdict<Caller> Run(HttpRequest request, PolicyRevision policy)
    {
        if (Credential.Read(request, out KeyHash presented) is { } problem)
        {
            return problem;
        }

        if (!policy.Keys.TryGetValue(presented, out Key? key))
        {
            return new GatewayError(ErrorKind.Unauthenticated, "key_unknown", $"This key is not known here. {Mend}") { ShouldRetry = false };
        }

        return key.StateAt(time.GetUtcNow()) switch
        {
            KeyState.Active => new Caller(key, GrantOf(key)),
            KeyState.Expired => new GatewayError(ErrorKind.Unauthenticated, "key_expired", $"The key {key.Shown}… expired at {key.ExpiresAt:u}. {Mend}") { ShouldRetry = false },
            _ => new GatewayError(ErrorKind.Unauthenticated, "key_revoked", $"The key {key.Shown}… was revoked at {key.RevokedAt:u}. {Mend}") { ShouldRetry = false },
        };
    }

    // A key whose grant is not known is one of its team: grants are never deleted, so it was made before there were any.
    private GrantNode GrantOf(Key key) => (key.Grant is { } id ? ledger.Find(id) : null) ?? ledger.DefaultFor(key.Attribution.Team);
}
