using System.ComponentModel;
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
        api.MapDelete("/session", Close)
            .WithName("close_session").WithTags("session").WithSummary("Sign a browser out")
            .WithDescription("Takes the cookie back. Replacing the token that was signed in with ends every session that came of it.");
    }

    private static Ok<SessionView> Open(HttpContext http, SessionSeal seal)
    {
        string name = Actor.Of(http).Name;
        (string text, DateTimeOffset ends) = seal.Make(name);
        SessionCookie.Write(http, text, ends);
        return TypedResults.Ok(new SessionView(name, ends));
    }

    private static Ok<SessionView> Show(HttpContext http) =>
        TypedResults.Ok(new SessionView(Actor.Of(http).Name, http.Features.Get<Session>()?.Ends));

    private static Ok<SessionView> Close(HttpContext http)
    {
        SessionCookie.Clear(http);
        return TypedResults.Ok(new SessionView(Actor.Of(http).Name, null));
    }
}

/// <summary>Who is signed in.</summary>
internal sealed record SessionView(
    [property: Description("An operator's name, or admin.")] string Name,
    [property: Description("When the session ends by itself; null: there is none, a token spoke.")] DateTimeOffset? Ends);

/// <summary>On the endpoint that the secret of a sign-in link opens.</summary>
internal sealed class TakesLinks;
