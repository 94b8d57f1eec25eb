using Causeway.Admin.Keys;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Revocations;

/// <summary><c>POST /revocations</c>: ends one narrowed key with all that was narrowed from it. The key that it came from goes on.</summary>
internal static class RevokePrefix
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/revocations", RunAsync)
        .WithName("revoke_prefix").WithTags("keys").WithSummary("Revoke a narrowed key")
        .WithDescription("Holds from the next request on, for all that was narrowed from it as well; the key that it was narrowed from goes on. Revoking again changes nothing but the end, of which the later stands.")
        .Reads<RevokePrefixRequest>("The narrowed key by its revocation id.")
        .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.KeyUnknown, AdminError.RevocationInvalid);

    private static async Task<Results<Ok<RevocationView>, Problem>> RunAsync(
        HttpContext http, IRevocationStore store, BudgetLedger ledger, PolicyPublisher policies, InferenceGateway gateway, TimeProvider time, ILogger<AdminGate> log)
    {
        (RevokePrefixRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.RevokePrefixRequest);
        if (asked is null)
        {
            return problem!;
        }

        DateTimeOffset now = Moment.Kept(time.GetUtcNow());
        FieldProblem[] wrong = [.. Problems(asked, now, out RevocationId id, out DateTimeOffset? expires)];
        if (wrong.Length > 0)
        {
            return new Problem(AdminError.RevocationInvalid, "Mend what \"errors\" names; nothing was revoked.", wrong);
        }

        Key? key = null;
        if (asked.KeyId is { } name && (!KeyId.TryParse(name, out KeyId keyId) || (key = policies.Current.Keys.Find(keyId)) is not { IsCapability: true }))
        {
            return KeyView.Unknown(name);
        }

        // No key outlives the one that it was narrowed from.
        Revocation revoked = await store.RevokeAsync(
            new Revocation(id, now, Actor.Of(http).Name) { Key = key?.Id, Grant = key?.Grant, Reason = asked.Reason, ExpiresAt = Earlier(expires, key?.ExpiresAt) },
            CancellationToken.None); // To its end, whether or not the caller waits for it.
        policies.Current.Revoked.Put(revoked);
        policies.Current.Revoked.Prune(now);
        bool cuts = asked.Cut || RevocationReason.Cuts(asked.Reason);
        gateway.Cut(id, cuts);
        if (revoked.RevokedAt == now)
        {
            await ledger.Note(
                new LedgerEvent(LedgerEventKind.KeyRevoked, 0) { Grant = revoked.Grant, Key = revoked.Key, Code = "token_revoked", Actor = revoked.RevokedBy, Reason = revoked.Reason, Detail = cuts ? $"{id} {LedgerEvent.Cuts}" : id.ToString() },
                isAwaited: true);
            AdminEvents.PrefixRevoked(log, id.ToString(), revoked.Key?.ToString() ?? "a key that was not said", revoked.Reason ?? "");
        }

        return TypedResults.Ok(RevocationView.Of(revoked));
    }

    private static List<FieldProblem> Problems(RevokePrefixRequest asked, DateTimeOffset now, out RevocationId id, out DateTimeOffset? expires)
    {
        List<FieldProblem> problems = [];
        expires = null;
        if (!RevocationId.TryParse(asked.RevocationId, out id))
        {
            // Not repeated: who sends a key here in place of its id must not find it in a log.
            problems.Add(new FieldProblem("revocation_id", "is rid_ and 32 hex digits: \"causeway key verify\" shows it; the key itself is never sent"));
        }

        if (asked.ExpiresAt is { } text)
        {
            if (!Moment.TryParse(text, out DateTimeOffset moment))
            {
                problems.Add(new FieldProblem("expires_at", "is a time such as 2026-12-31T23:59:59Z"));
            }
            else if (moment + CapabilityToken.Skew <= now)
            {
                problems.Add(new FieldProblem("expires_at", $"has passed, so the key is refused already: it is {now:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
            }

            expires = moment;
        }

        problems.AddRange(GivenReason.Problems(asked.Reason is "" ? null : asked.Reason, isRequired: false));

        return problems;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}
