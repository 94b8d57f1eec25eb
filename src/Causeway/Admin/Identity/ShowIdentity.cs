using System.ComponentModel;
using Causeway.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Identity;

/// <summary><c>GET /identity</c>: by whom people sign in here. Anybody may ask: it is what a sign-in begins with.</summary>
internal static class ShowIdentity
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/identity", Show)
        .WithName("show_identity").WithTags("identity").WithSummary("By whom people sign in")
        .WithDescription("Needs no token. Empty: nobody signs in by an issuer here; the administrator's and operators' tokens do.")
        .WithMetadata(TakesAnybody.Asked);

    private static Ok<IdentityView> Show(IdentityConfiguration identity) =>
        TypedResults.Ok(new IdentityView([.. identity.ForPeople.Select(issuer => new IdentityIssuerView(issuer.Name, issuer.Issuer))]));
}

/// <summary>By whom people sign in.</summary>
internal sealed record IdentityView([property: Description("In the order of the configuration.")] IReadOnlyList<IdentityIssuerView> Issuers);

/// <summary>One issuer.</summary>
internal sealed record IdentityIssuerView(
    [property: Description("What it is called here.")] string Name,
    [property: Description("Its identifier, as its tokens say it.")] string Issuer);

/// <summary>On the few endpoints that need no token: what a sign-in is made of.</summary>
/// <param name="IsComingBack">A browser is sent there by the issuer's page, which is another site.</param>
internal sealed record TakesAnybody(bool IsComingBack)
{
    public static TakesAnybody Asked { get; } = new(IsComingBack: false);

    public static TakesAnybody ComingBack { get; } = new(IsComingBack: true);
}
