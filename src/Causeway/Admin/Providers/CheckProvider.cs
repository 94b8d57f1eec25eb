using System.ComponentModel;
using System.Net;
using System.Text.Json.Serialization;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Upstream.Credentials;
using Causeway.Wire.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Providers;

/// <summary>
/// <c>POST /providers/{name}/check</c>: asks a configured provider for its models. Only what the configuration names is called, and
/// what comes back is put in our words: this is no way to look around in a network.
/// </summary>
internal static class CheckProvider
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static void Map(RouteGroupBuilder api) => api.MapPost("/providers/{name}/check", RunAsync)
        .WithName("check_provider").WithTags("providers").WithSummary("Ask a provider whether it answers")
        .WithDescription("Asks for its list of models with the configured credential, or for nothing where its platform has no list. No inference, no cost. At most 5 seconds.")
        .Refuses(AdminError.ProviderUnknown);

    private static async Task<Results<Ok<ProviderCheck>, Problem>> RunAsync(string name, HttpContext http, PolicyPublisher policies, TimeProvider time)
    {
        PolicyRevision policy = policies.Current;
        return policy.FindProvider(name) is { } route
            ? TypedResults.Ok(await AskAsync(route, time, http.RequestAborted))
            : ProviderView.Unknown(name, policy);
    }

    /// <summary>Asks one provider; also what <c>causeway doctor</c> does without a server.</summary>
    public static async Task<ProviderCheck> AskAsync(ProviderRoute route, TimeProvider time, CancellationToken cancellation)
    {
        string name = route.Provider.Name;
        using var patience = new CancellationTokenSource(s_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        long started = time.GetTimestamp();
        try
        {
            (HttpStatusCode status, int? models) = await AskAsync(route, either.Token);
            double latency = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1);
            bool silent = !route.Client.ListsModels && status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) && (int)status < 500;
            string message = models is { } count ? $"{name} answers and lists {count} models."
                : silent ? $"{name} answers. Its platform lists no models where it serves them, so which of them the account may use is not known before a call."
                : Explain(name, status);
            return new ProviderCheck(name, true, (int)status, models, latency, message) { Healthy = silent || models is not null };
        }
        catch (CredentialException failure)
        {
            return new ProviderCheck(name, false, null, null, null, $"{name} cannot be called: {failure.Message}. Check its credential in the configuration.");
        }
        catch (HttpRequestException failure)
        {
            return Unreachable(name, Explain(failure.HttpRequestError));
        }
        catch (IOException)
        {
            return Unreachable(name, "it broke off its answer");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Unreachable(name, $"no answer in {s_patience.TotalSeconds:0} seconds");
        }
    }

    private static async Task<(HttpStatusCode Status, int? Models)> AskAsync(ProviderRoute route, CancellationToken cancellation)
    {
        if (!route.Client.ListsModels)
        {
            return (await route.Client.KnockAsync(cancellation), null);
        }

        (HttpStatusCode status, byte[] body) = await route.Client.GetModelsAsync(cancellation);
        return (status, status == HttpStatusCode.OK ? ModelList.Parse(route.Provider.Protocol, body).Count : null);
    }

    private static ProviderCheck Unreachable(string name, string reason) =>
        new(name, false, null, null, null, $"{name} is not reachable: {reason}. Check providers.{name}.endpoint and the network.");

    private static string Explain(string name, HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"{name} answers and refuses the configured key. Check its \"key\" in the configuration.",
        HttpStatusCode.NotFound => $"{name} answers and has no list of models at this address. Check its \"endpoint\" in the configuration.",
        _ => $"{name} answers with status {(int)status}.",
    };

    private static string Explain(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "its name cannot be resolved",
        HttpRequestError.ConnectionError => "no connection",
        HttpRequestError.SecureConnectionError => "TLS failed; its certificate may not be trusted here",
        HttpRequestError.ProxyTunnelError => "the proxy refused",
        _ => "it broke off its answer",
    };
}

/// <summary>What a provider said when it was asked.</summary>
internal sealed record ProviderCheck(
    string Provider,
    [property: Description("It answered, whatever it said.")] bool Reachable,
    [property: Description("Its HTTP status; null: it did not answer.")] int? Status,
    [property: Description("How many models it lists; null: it listed none.")] int? Models,
    [property: Description("How long it took; null: it did not answer.")] double? LatencyMs,
    [property: Description("What that means, and what to do.")] string Message)
{
    /// <summary>It can be called as configured, as far as that can be told without inference.</summary>
    [JsonIgnore]
    public bool Healthy { get; init; }
}
