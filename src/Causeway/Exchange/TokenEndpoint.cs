using System.Globalization;
using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Configuration;
using Causeway.Gateway.Inbound;
using Causeway.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Causeway.Exchange;

/// <summary><c>POST /v1/token</c>: a workload's token for a short-lived key (RFC 8693). Served where inference is; the token that is given is its own credential.</summary>
internal sealed class TokenEndpoint(ExchangeDesk desk, TimeProvider time)
{
    private const string CodeHeader = "x-causeway-error";
    private readonly Turnstile _turnstile = new(perAddress: 600, overall: 6000, time);

    /// <summary>Maps it; without rules it is answered that there are none.</summary>
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes)
    {
        IServiceProvider services = routes.ServiceProvider;
        var endpoint = new TokenEndpoint(ActivatorUtilities.CreateInstance<ExchangeDesk>(services), services.GetRequiredService<TimeProvider>());
        bool isOff = services.GetRequiredService<IdentityConfiguration>().Exchange.Count == 0;
        ILogger log = services.GetRequiredService<ILogger<TokenEndpoint>>();
        var ledger = services.GetRequiredService<BudgetLedger>();
        foreach (ExchangeRule rule in services.GetRequiredService<IdentityConfiguration>().Exchange.Where(rule => rule.Grant is { } id && ledger.Find(id) is null))
        {
            ExchangeEvents.Unusable(log, rule.Name, $"there is no grant {rule.Grant} yet"); // It may be made while the server runs.
        }

        return routes.MapPost("/v1/token", (RequestDelegate)(http => isOff
            ? RefuseAsync(http, ExchangeError.Unacceptable("exchange_off", "No tokens are exchanged here: identity.exchange of the configuration has no rules.") with { Status = StatusCodes.Status404NotFound })
            : endpoint.AnswerAsync(http, log)));
    }

    private async Task AnswerAsync(HttpContext http, ILogger log)
    {
        if (_turnstile.Pass(http.Connection.RemoteIpAddress) is { } wait)
        {
            await RefuseAsync(http, new ExchangeError("temporarily_unavailable", "exchange_busy", "Too many tokens are exchanged at once from where you are.") { Status = StatusCodes.Status429TooManyRequests, RetryAfter = wait });
            return;
        }

        try
        {
            (ExchangeRequest? request, ExchangeError? error) = await ExchangeRequest.ReadAsync(http.Request);
            ExchangedKey? key = null;
            if (request is not null)
            {
                (key, error) = await desk.ExchangeAsync(request, http.RequestAborted);
            }

            await (key is null ? RefuseAsync(http, error!) : GiveAsync(http, key));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception failure) when (failure is StoreUnavailableException or LedgerUnavailableException)
        {
            Admin.AdminEvents.StoreUnavailable(log, "POST", "/v1/token", failure);
            await RefuseAsync(http, new ExchangeError("temporarily_unavailable", "store_unavailable", "The store is away: no key can be kept.") { Status = StatusCodes.Status503ServiceUnavailable, RetryAfter = TimeSpan.FromSeconds(5) });
        }
    }

    private static Task GiveAsync(HttpContext http, ExchangedKey key) => WriteAsync(http, StatusCodes.Status200OK, json =>
    {
        json.WriteString("access_token", key.Text);
        json.WriteString("issued_token_type", ExchangeRequest.AccessToken);
        json.WriteString("token_type", "Bearer");
        json.WriteNumber("expires_in", (long)key.Life.TotalSeconds);
        if (key.Scope is not null)
        {
            json.WriteString("scope", key.Scope);
        }

        json.WriteString("team", key.Attribution.Team);
        json.WriteString("feature", key.Attribution.Feature);
        json.WriteString("environment", key.Attribution.Environment);
    });

    private static Task RefuseAsync(HttpContext http, ExchangeError error)
    {
        http.Response.Headers[CodeHeader] = error.Code;
        if (error.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return WriteAsync(http, error.Status, json =>
        {
            json.WriteString("error", error.Word);
            json.WriteString("error_description", Plain(error.Message));
            json.WriteString("code", error.Code);
        });
    }

    // RFC 6749, section 5.2: printable ASCII without " and \.
    private static string Plain(string message) => string.Concat(message.Select(c => c == '"' ? '\'' : c is < ' ' or > '~' or '\\' ? '?' : c));

    private static async Task WriteAsync(HttpContext http, int status, Action<Utf8JsonWriter> write)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        await using (var json = new Utf8JsonWriter(http.Response.BodyWriter))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
