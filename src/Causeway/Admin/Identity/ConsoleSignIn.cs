using System.Security.Cryptography;
using System.Text;
using Causeway.Admin.Sessions;
using Causeway.Budgets.Keys;
using Causeway.Configuration;
using Causeway.Gateway.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Identity;

/// <summary>
/// <c>/identity/authorize</c> and <c>/identity/callback</c>: a browser signs in at the issuer's page and comes back with a code (authorization code with PKCE). Both answer by
/// sending the browser on, relative to where they were asked: what a proxy put before the path stays.
/// </summary>
internal static class ConsoleSignIn
{
    // From PREFIX/api/v1/identity/callback to PREFIX/console/.
    private const string Console = "../../../console/";

    private static readonly QueryParameter s_issuer = new("issuer", "The issuer's name; the first when left out.");
    private static readonly QueryParameter s_base = new("base", "Where the browser sees this deployment: scheme, host and what a proxy puts before the path.") { Longest = 512 };

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/identity/authorize", AuthorizeAsync)
            .WithName("authorize_sign_in").WithTags("identity").WithSummary("Send a browser to the issuer's page")
            .WithDescription("Needs no token. Sets a cookie for ten minutes, without which nobody comes back.")
            .Produces(StatusCodes.Status302Found)
            .WithMetadata(TakesAnybody.Asked, new QueryParameters(s_issuer, s_base))
            .Refuses(AdminError.IdentityOff, AdminError.SignInBusy, AdminError.QueryInvalid);
        api.MapGet("/identity/callback", CallbackAsync)
            .WithName("end_sign_in").WithTags("identity").WithSummary("Where the issuer sends the browser back to")
            .WithDescription("Needs no token, but the cookie of the sign-in. Sets the cookie of the session and sends the browser on to the console, or to why not. Register this address at the issuer.")
            .Produces(StatusCodes.Status302Found)
            .WithMetadata(TakesAnybody.ComingBack, QueryParameters.Any)
            .Refuses(AdminError.SignInBusy);
    }

    private static async Task<Results<RedirectHttpResult, Problem>> AuthorizeAsync(HttpContext http, IdentityConfiguration identity, Issuers issuers, SignInCookie cookie, SignInDoor door)
    {
        IssuerConfiguration? issuer = null;
        if ((door.Begin(http) ?? DeviceSignIn.Choose(s_issuer.Text(http.Request.Query), identity, out issuer)) is { } problem)
        {
            return problem;
        }

        if (Base(s_base.Text(http.Request.Query)) is not { } address)
        {
            return new Problem(AdminError.QueryInvalid, "\"base\" is the address of this deployment as the browser sees it: https://HOST or http://HOST, with what a proxy puts before the path.", [new FieldProblem("base", "is not such an address")]);
        }

        SignInState state = cookie.Begin(http, issuer!.Name, address);
        try
        {
            Uri page = await issuers.AuthorizationAsync(
                issuers.Find(issuer.Name)!, new SignInRequest(state.RedirectUri, string.Join(' ', issuer.Scopes), state.State, state.Nonce, state.Challenge), http.RequestAborted);
            return TypedResults.Redirect(page.AbsoluteUri);
        }
        catch (IssuerUnavailableException)
        {
            return Refused("issuer_unavailable");
        }
    }

    private static async Task<Results<RedirectHttpResult, Problem>> CallbackAsync(
        HttpContext http, IdentityConfiguration identity, Issuers issuers, SignInCookie cookie, ISpentTokenStore spent, People people, SignInDoor door, TimeProvider time, ILogger<AdminGate> log)
    {
        if (door.Begin(http) is { } busy)
        {
            return busy;
        }

        IQueryCollection query = http.Request.Query;
        if (cookie.End(http) is not { } state || Single(query, "state") is not { } said || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), Encoding.UTF8.GetBytes(state.State)))
        {
            return Refused("sign_in_lost");
        }

        // A state is good for one way back, whoever kept the cookie.
        DateTimeOffset now = time.GetUtcNow();
        if (!await spent.SpendAsync(KeyHash.Of(Encoding.UTF8.GetBytes("sign-in " + state.State)), DateTimeOffset.FromUnixTimeSeconds(state.Ends).AddMinutes(1), now, http.RequestAborted)
            || issuers.Find(state.Issuer) is not { ClientId: not null } issuer)
        {
            return Refused("sign_in_lost");
        }

        if (Single(query, "code") is not { } code)
        {
            string word = Single(query, "error") is { Length: <= 64 } error ? Printable.Of(error) : "no code";
            AdminEvents.SignInRefused(log, issuer.Name, "sign_in_denied", word);
            return Refused("sign_in_denied");
        }

        try
        {
            if (await issuers.IsOfAnotherAsync(issuer, Single(query, "iss"), http.RequestAborted))
            {
                AdminEvents.SignInRefused(log, issuer.Name, "sign_in_issuer", "the way back names another issuer, or none");
                return Refused("sign_in_issuer");
            }

            IssuerConfiguration configured = identity.Issuers.First(one => one.Name == issuer.Name);
            (IssuedTokens? tokens, string? refusal) = await issuers.RedeemAsync(issuer, code, state.RedirectUri, state.Verifier, http.RequestAborted);
            if (tokens is null)
            {
                AdminEvents.SignInRefused(log, issuer.Name, "sign_in_refused", refusal!);
                return Refused("sign_in_refused");
            }

            (Attestation? attested, TokenFault? fault) = await issuers.CheckSignInAsync(issuer, tokens, state.Nonce, [configured.GroupsClaim, configured.NameClaim], http.RequestAborted);
            if (attested is null)
            {
                AdminEvents.SignInRefused(log, issuer.Name, fault!.Code, fault.Message);
                return Refused(fault.Code);
            }

            PersonSession session = await people.SignInAsync(attested, SessionKind.Console);
            SessionCookie.Write(http, session.Text, session.Ends, isSecure: state.Base.StartsWith("https:", StringComparison.Ordinal));
            return TypedResults.Redirect(Console);
        }
        catch (IssuerUnavailableException)
        {
            return Refused("issuer_unavailable");
        }
    }

    private static RedirectHttpResult Refused(string code) => TypedResults.Redirect($"{Console}#/refused/{code}");

    private static string? Single(IQueryCollection query, string name) => query[name] is [{ Length: > 0 and <= 4096 } text] ? text : null;

    // The issuer compares what comes of it with what is registered there, so a lie leads nowhere.
    private static string? Base(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "https" or "http" && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0
            ? address.AbsoluteUri.TrimEnd('/') + "/"
            : null;
}
