using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Causeway.Configuration;
using Causeway.Gateway.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Identity;

/// <summary>
/// <c>/identity/device</c>: a command line signs in while the person confirms in a browser, on this device or another (RFC 8628). The gateway speaks to the issuer, so the
/// command line needs nothing but the gateway's address.
/// </summary>
internal static class DeviceSignIn
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/identity/device", StartAsync)
            .WithName("start_device_sign_in").WithTags("identity").WithSummary("Begin to sign in at the command line")
            .WithDescription("Needs no token. Show the person the address and the code, and ask /identity/device/token every \"interval\" seconds.")
            .WithMetadata(TakesAnybody.Asked)
            .Reads<StartDeviceRequest>("By whom.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.IdentityOff, AdminError.IssuerUnavailable, AdminError.SignInRefused, AdminError.SignInBusy);
        api.MapPost("/identity/device/token", PollAsync)
            .WithName("poll_device_sign_in").WithTags("identity").WithSummary("Whether the person has signed in")
            .WithDescription("Needs no token. \"signed_in\" comes with the session, once.")
            .WithMetadata(TakesAnybody.Asked)
            .Reads<PollDeviceRequest>("What the sign-in began with.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.IdentityOff, AdminError.IssuerUnavailable, AdminError.SignInRefused, AdminError.SignInBusy);
    }

    private static async Task<Results<Ok<DeviceStart>, Problem>> StartAsync(HttpContext http, IdentityConfiguration identity, Issuers issuers, SignInDoor door)
    {
        if (door.Begin(http) is { } busy)
        {
            return busy;
        }

        (StartDeviceRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.StartDeviceRequest);
        IssuerConfiguration? issuer = null;
        problem ??= Choose(asked!.Issuer, identity, out issuer);
        if (problem is not null)
        {
            return problem;
        }

        try
        {
            (DeviceCodes? codes, string? refusal) = await issuers.StartDeviceAsync(issuers.Find(issuer!.Name)!, string.Join(' ', issuer.Scopes), http.RequestAborted);
            return codes is null
                ? new Problem(AdminError.SignInRefused, $"{issuer.Name} does not let a device sign in: {refusal}. Is this deployment registered there for the device flow?")
                : TypedResults.Ok(new DeviceStart(
                    issuer.Name, codes.DeviceCode, codes.UserCode, codes.VerificationUri, codes.VerificationUriComplete, (int)codes.ExpiresIn.TotalSeconds, (int)codes.Interval.TotalSeconds));
        }
        catch (IssuerUnavailableException failure)
        {
            return new Problem(AdminError.IssuerUnavailable, failure.Message);
        }
    }

    private static async Task<Results<Ok<DeviceProgress>, Problem>> PollAsync(
        HttpContext http, IdentityConfiguration identity, Issuers issuers, People people, SignInDoor door, ILogger<AdminGate> log)
    {
        if (door.Ask(http) is { } busy)
        {
            return busy;
        }

        (PollDeviceRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.PollDeviceRequest);
        IssuerConfiguration? issuer = null;
        problem ??= Choose(asked!.Issuer, identity, out issuer);
        if (problem is not null)
        {
            return problem;
        }

        try
        {
            Issuer from = issuers.Find(issuer!.Name)!;
            (IssuedTokens? tokens, string? refusal) = await issuers.PollDeviceAsync(from, asked!.DeviceCode, http.RequestAborted);
            if (tokens is null)
            {
                return refusal switch
                {
                    "authorization_pending" => TypedResults.Ok(new DeviceProgress("pending", null)),
                    "slow_down" => TypedResults.Ok(new DeviceProgress("slow_down", null)),
                    "access_denied" => new Problem(AdminError.SignInRefused, $"The sign-in was refused at {issuer.Name}."),
                    "expired_token" => new Problem(AdminError.SignInRefused, "The code is over. Begin again: causeway login"),
                    _ => new Problem(AdminError.SignInRefused, $"{issuer.Name} refuses: {refusal}. Begin again: causeway login"),
                };
            }

            (Attestation? said, TokenFault? fault) = await issuers.CheckSignInAsync(from, tokens, nonce: null, [issuer.GroupsClaim, issuer.NameClaim], http.RequestAborted);
            if (said is null)
            {
                AdminEvents.SignInRefused(log, issuer.Name, fault!.Code, fault.Message);
                return new Problem(AdminError.SignInRefused, $"What {issuer.Name} says is not taken ({fault.Code}). {fault.Message}");
            }

            return TypedResults.Ok(new DeviceProgress("signed_in", SignedInView.Of(await people.SignInAsync(said, SessionKind.CommandLine))));
        }
        catch (IssuerUnavailableException failure)
        {
            return new Problem(AdminError.IssuerUnavailable, failure.Message);
        }
    }

    /// <summary>The issuer of a name, or the only one.</summary>
    public static Problem? Choose(string? name, IdentityConfiguration identity, out IssuerConfiguration? issuer)
    {
        IssuerConfiguration[] all = [.. identity.ForPeople];
        issuer = name is null ? all.FirstOrDefault() : Array.Find(all, one => one.Name == name);
        return issuer is not null ? null
            : new Problem(AdminError.IdentityOff, all.Length == 0
                ? "No issuer by which people sign in is configured: \"identity.issuers\" with a client_id. Until then tokens of operators are what there is."
                : $"\"{Printable.Cut(name!)}\" is no issuer by which people sign in: {string.Join(", ", all.Select(one => one.Name))}.");
    }
}

/// <summary>A sign-in at the command line.</summary>
internal sealed record StartDeviceRequest
{
    [Description("The issuer's name; the first when left out.")]
    public string? Issuer { get; init; }
}

/// <summary>A question about it.</summary>
internal sealed record PollDeviceRequest
{
    [Description("The issuer's name; the first when left out.")]
    public string? Issuer { get; init; }

    [Required, Description("The device code that the sign-in began with.")]
    public string DeviceCode { get; set; } = "";
}

/// <summary>What a sign-in at the command line begins with.</summary>
internal sealed record DeviceStart(
    string Issuer,
    [property: Description("What is asked with. A secret: who has it gets the session.")] string DeviceCode,
    [property: Description("What the person confirms.")] string UserCode,
    [property: Description("Where.")] string VerificationUri,
    [property: Description("The same with the code in it; null: there is none.")] string? VerificationUriComplete,
    [property: Description("Seconds that the code lives.")] int ExpiresIn,
    [property: Description("Seconds between two questions.")] int Interval);

/// <summary>How a sign-in stands.</summary>
internal sealed record DeviceProgress(
    [property: Description("pending, slow_down (add 5 seconds to the interval) or signed_in.")] string State,
    [property: Description("The session; null until there is one.")] SignedInView? Session);

/// <summary>A session that was begun.</summary>
internal sealed record SignedInView(
    [property: Description("The session's token: a bearer for the admin API. Keep it where only its owner can read it.")] string Token,
    string Name,
    IReadOnlyList<string> Roles,
    [property: Description("Teams whose keys the person may make.")] IReadOnlyList<string> Teams,
    DateTimeOffset ExpiresAt,
    [property: Description("Why there is no team; null: there is one.")] string? Note)
{
    public static SignedInView Of(PersonSession session) => new(
        session.Text, session.Person.Name, [.. session.Person.Roles.Select(RoleTable.Word)], session.Person.Teams, session.Ends, session.Person.Note);
}
