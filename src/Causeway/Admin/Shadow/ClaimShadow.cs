using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Causeway.Gateway.Policy;
using Causeway.Shadow.Import;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Shadow;

/// <summary><c>/shadow/claims</c>: whose an account, a project or a key of a vendor is.</summary>
internal static class ClaimShadow
{
    private const int MaxName = 100;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/shadow/claims", PutAsync)
            .WithName("claim_shadow").WithTags("shadow").WithSummary("Claim an account, a project or a key of a vendor")
            .WithDescription("For a team, or as the credential of one of Causeway's own providers, which is then reconciled with what was booked. In place of an earlier claim on the same. Where several cover a line, a key goes before a project before an account before a vendor.")
            .Reads<ClaimRequest>("What is claimed, and for whom.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ClaimInvalid);
        api.MapPost("/shadow/claims/withdraw", RemoveAsync)
            .WithName("withdraw_shadow_claim").WithTags("shadow").WithSummary("Take a claim back")
            .WithDescription("The subject has to be the claim's own, member by member.")
            .Reads<ClaimRequest>("What is claimed; for whom does not matter.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ClaimInvalid, AdminError.ClaimUnknown);
        api.MapGet("/shadow/claims", ListAsync)
            .WithName("list_shadow_claims").WithTags("shadow").WithSummary("List claims")
            .WithDescription($"In the order of their subjects, at most {IShadowStore.MaxListed:#,0}.")
            .Asks();
    }

    private static async Task<Results<Ok<ClaimView>, Problem>> PutAsync(HttpContext http, IShadowStore store, PolicyPublisher policies, TimeProvider time)
    {
        (ClaimRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.ClaimRequest);
        if (asked is null)
        {
            return problem!;
        }

        FieldProblem[] wrong = [.. Problems(asked), .. Holder(asked, policies)];
        if (wrong.Length > 0)
        {
            return new Problem(AdminError.ClaimInvalid, "Mend what \"errors\" names.", wrong);
        }

        ShadowClaim claim = new(asked.Subject, asked.Team, asked.Provider, asked.Note, Actor.Of(http).Name, time.GetUtcNow());
        await store.PutAsync(claim, http.RequestAborted);
        return TypedResults.Ok(ClaimView.Of(claim));
    }

    private static async Task<Results<Ok<ClaimPage>, Problem>> RemoveAsync(HttpContext http, IShadowStore store)
    {
        (ClaimRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.ClaimRequest);
        if (asked is null)
        {
            return problem!;
        }

        FieldProblem[] wrong = [.. Problems(asked)];
        return wrong.Length > 0 ? new Problem(AdminError.ClaimInvalid, "Mend what \"errors\" names.", wrong)
            : await store.RemoveAsync(asked.Subject, http.RequestAborted) ? await ListAsync(http, store)
            : new Problem(AdminError.ClaimUnknown, "Nobody claims exactly this. List what is claimed with: causeway shadow claim");
    }

    private static async Task<Ok<ClaimPage>> ListAsync(HttpContext http, IShadowStore store) =>
        TypedResults.Ok(new ClaimPage([.. (await store.ClaimsAsync(http.RequestAborted)).Select(ClaimView.Of)]));

    private static IEnumerable<FieldProblem> Problems(ClaimRequest asked)
    {
        foreach ((string name, string? text, int most) in ((string, string?, int)[])
            [("vendor", asked.Vendor, MaxName), ("account", asked.Account, ImportLimits.MaxText), ("project", asked.Project, ImportLimits.MaxText), ("key", asked.Key, ImportLimits.MaxText), ("team", asked.Team, MaxName), ("note", asked.Note, ImportLimits.MaxText)])
        {
            if (text is { Length: 0 } || text?.Length > most || (text is null && name == "vendor"))
            {
                yield return new FieldProblem(name, $"has 1 to {most} characters{(name == "vendor" ? ", such as openai" : "; leave it out for any")}");
            }
        }
    }

    private static IEnumerable<FieldProblem> Holder(ClaimRequest asked, PolicyPublisher policies)
    {
        if (asked.Team is null == asked.Provider is null)
        {
            yield return new FieldProblem("team", "or provider: say exactly one of the two");
        }
        else if (asked.Provider is { } provider && policies.Current.FindProvider(provider) is null)
        {
            yield return new FieldProblem("provider", $"\"{Printable.Cut(provider)}\" is no provider of the configuration. List them with: causeway providers");
        }
    }
}

/// <summary>What is claimed, and for whom.</summary>
internal sealed record ClaimRequest
{
    [Required, Description("The vendor as imports name it: openai, anthropic, google, azure, aws or another.")]
    public string Vendor { get; init; } = "";

    [Description("The organisation or billing account; any when left out.")]
    public string? Account { get; init; }

    [Description("The project, workspace, subscription or linked account; any when left out.")]
    public string? Project { get; init; }

    [Description("The key or principal; any when left out.")]
    public string? Key { get; init; }

    [Description("The team whose it is.")]
    public string? Team { get; init; }

    [Description("The provider of the configuration whose credential it is, instead of a team.")]
    public string? Provider { get; init; }

    [Description("Why.")]
    public string? Note { get; init; }

    /// <summary>What is claimed.</summary>
    internal ClaimSubject Subject => new(Vendor, Account ?? "", Project ?? "", Key ?? "");
}

/// <summary>A claim.</summary>
internal sealed record ClaimView(string Vendor, string? Account, string? Project, string? Key, string? Team, string? Provider, string? Note, string Actor, DateTimeOffset At)
{
    public static ClaimView Of(ShadowClaim claim) => new(
        claim.Subject.Vendor, Given(claim.Subject.Account), Given(claim.Subject.Project), Given(claim.Subject.Key), claim.Team, claim.Provider, claim.Note, claim.Actor, claim.At);

    private static string? Given(string text) => text.Length == 0 ? null : text;
}

/// <summary>Claims in the order of their subjects.</summary>
internal sealed record ClaimPage(IReadOnlyList<ClaimView> Claims);
