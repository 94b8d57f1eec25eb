using System.ComponentModel;
using Causeway.Admin.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Sessions;

/// <summary><c>/session</c>: a browser signs in with a token or a link, asks who it is, and signs out.</summary>
internal static class OpenSession
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/session", Open)
            .WithName("open_session").WithTags("session").WithSummary("Sign a browser in")
            .WithDescription(
                "Send the administrator's or an operator's token, or the secret of a sign-in link, as the bearer. The answer sets a cookie that later requests are let in by, for 12 hours; no script can read it. " +
                "By that cookie a request that changes something needs the header x-causeway-console as well.")
            .WithMetadata(new TakesLinks());
        api.MapGet("/session", Show)
            .WithName("show_session").WithTags("session").WithSummary("Who is signed in")
            .WithDescription("Answers a token too: whose it is.");
        api.MapDelete("/session", CloseAsync)
            .WithName("close_session").WithTags("session").WithSummary("Sign a browser out")
            .WithDescription("Takes the cookie back. Replacing the token that was signed in with ends every session that came of it. A person's session is over everywhere, at the command line too.");
    }

    private static Results<Ok<SessionView>, Problem> Open(HttpContext http, SessionSeal seal)
    {
        if (Actor.Of(http).Person is not null)
        {
            return new Problem(AdminError.TokenWrong, "A session of the command line opens no other. In a browser, sign in by your issuer: the button beside the token.");
        }

        string name = Actor.Of(http).Name;
        (string text, DateTimeOffset ends) = seal.Make(name);
        SessionCookie.Write(http, text, ends);
        return TypedResults.Ok(SessionView.Of(Actor.Of(http), ends));
    }

    private static Ok<SessionView> Show(HttpContext http) => TypedResults.Ok(SessionView.Of(Actor.Of(http), http.Features.Get<Session>()?.Ends));

    private static async Task<Ok<SessionView>> CloseAsync(HttpContext http, People people)
    {
        Actor actor = Actor.Of(http);
        if (actor.Person is { } session)
        {
            await people.SignOutAsync(session);
        }

        SessionCookie.Clear(http);
        return TypedResults.Ok(SessionView.Of(actor, null));
    }
}

/// <summary>Who is signed in.</summary>
internal sealed record SessionView(
    [property: Description("An operator's name, a person's behind their issuer's, or admin.")] string Name,
    [property: Description("When the session ends by itself; null: there is none, a token spoke.")] DateTimeOffset? Ends,
    [property: Description("What they may do; null: everything.")] IReadOnlyList<string>? Roles,
    [property: Description("The issuer that a person signed in by; null: a token of the configuration.")] string? Issuer,
    [property: Description("Teams whose keys a person may make.")] IReadOnlyList<string> Teams)
{
    public static SessionView Of(Actor actor, DateTimeOffset? ends) => new(
        actor.Name, ends, actor.Roles is { } roles ? [.. roles.Order().Select(RoleTable.Word)] : null, actor.Person?.Person.Issuer, actor.Person?.Person.Teams ?? []);
}

/// <summary>On the endpoint that the secret of a sign-in link opens.</summary>
internal sealed class TakesLinks;
