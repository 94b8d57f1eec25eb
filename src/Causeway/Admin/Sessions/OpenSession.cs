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
                "Send the administrator's or an operator's token, the secret of a sign-in link, or a key for inference, as the bearer. Whoever signs in with a key sees what is the key's own. The answer sets a cookie that later requests are let in by, for 12 hours; no script can read it. " +
                "By that cookie a request that changes something needs the header x-causeway-console as well.")
            .WithMetadata(new TakesLinks(), new TakesKeys());
        api.MapGet("/session", Show)
            .WithName("show_session").WithTags("session").WithSummary("Who is signed in")
            .WithDescription("Answers a token or a key too: whose it is. With what may be called, so that a page offers nothing else.")
            .WithMetadata(new TakesKeys());
        api.MapDelete("/session", CloseAsync)
            .WithName("close_session").WithTags("session").WithSummary("Sign a browser out")
            .WithDescription("Takes the cookie back. Replacing the token that was signed in with ends every session that came of it. A person's session is over everywhere, at the command line too.")
            .WithMetadata(new TakesKeys());
    }

    private static Results<Ok<SessionView>, Problem> Open(HttpContext http, SessionSeal seal)
    {
        if (http.Features.Get<Session>() is { } session && Actor.Of(http).Person is null)
        {
            return TypedResults.Ok(SessionView.Of(Actor.Of(http), session.Ends)); // A session does not renew itself: whoever works on signs in again.
        }

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

/// <summary>On the endpoint that the secret of a sign-in link opens.</summary>
internal sealed class TakesLinks;
