using Causeway.Gateway.Inbound;
using Microsoft.AspNetCore.Http;

namespace Causeway.Admin.Identity;

/// <summary>What stands before the endpoints that anybody may call to sign in: a bound on how often.</summary>
internal sealed class SignInDoor(TimeProvider time)
{
    private readonly Turnstile _begun = new(perAddress: 60, overall: 600, time);
    private readonly Turnstile _asked = new(perAddress: 1200, overall: 6000, time);

    /// <summary>Whether a sign-in may be begun, or ended in a browser.</summary>
    public Problem? Begin(HttpContext http) => Refuse(http, _begun);

    /// <summary>Whether it may be asked how one stands.</summary>
    public Problem? Ask(HttpContext http) => Refuse(http, _asked);

    private static Problem? Refuse(HttpContext http, Turnstile turnstile)
    {
        if (turnstile.Pass(http.Connection.RemoteIpAddress) is not { } wait)
        {
            return null;
        }

        int seconds = (int)Math.Ceiling(wait.TotalSeconds);
        http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new Problem(AdminError.SignInBusy, $"Too many sign in at once from where you are. Come again in {seconds} s.");
    }
}
