using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Keys;

/// <summary><c>DELETE /keys/{id}</c>: the next request with this key is refused. Doing it again changes nothing.</summary>
internal static class RevokeKey
{
    public static void Map(RouteGroupBuilder api) => api.MapDelete("/keys/{id}", RunAsync)
        .WithName("revoke_key").WithTags("keys").WithSummary("Revoke a key")
        .WithDescription("Holds from the next request on. Streams that are open end as they would have. Revoking again changes nothing: the first time stands.")
        .Refuses(AdminError.KeyUnknown, AdminError.KeyNotYours);

    private static async Task<Results<Ok<KeyView>, Problem>> RunAsync(string id, HttpContext http, IKeyStore keys, BudgetLedger ledger, PolicyPublisher policies, TimeProvider time, ILogger<AdminGate> log)
    {
        if (!KeyId.TryParse(id, out KeyId name))
        {
            return KeyView.Unknown(id);
        }

        Actor actor = Actor.Of(http);
        if (!KeyRight.MayRevoke(actor) && policies.Current.Keys.Find(name)?.CreatedBy != actor.Name)
        {
            return new Problem(AdminError.KeyNotYours, $"{actor.Name} revokes keys that {actor.Name} made. Others are revoked by a budget owner or whoever is on call.");
        }

        DateTimeOffset now = Moment.Kept(time.GetUtcNow());
        if (await keys.RevokeAsync(name, now, CancellationToken.None) is not { } revoked) // To its end, whether or not the caller waits for it.
        {
            return KeyView.Unknown(id);
        }

        policies.Publish(policy => policy.With(revoked));
        if (revoked.RevokedAt == now)
        {
            await ledger.Note(new LedgerEvent(LedgerEventKind.KeyRevoked, 0) { Grant = revoked.Grant, Key = revoked.Id, Actor = Actor.Of(http).Name }, isAwaited: true);
            AdminEvents.KeyRevoked(log, id, revoked.Attribution.Team, revoked.Attribution.Feature, revoked.Attribution.Environment);
        }

        return TypedResults.Ok(KeyView.Of(revoked, now));
    }
}
