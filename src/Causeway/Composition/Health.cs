using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Policy;
using Causeway.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Causeway.Composition;

/// <summary>
/// <c>/healthz</c>: the process answers. <c>/readyz</c>: it can take requests, or why not. <c>/readyz?store=optional</c>: the same, but a store that is away is no
/// reason. For a balancer that would send nowhere when all are cut off: what their grants allow is served still.
/// </summary>
internal static class Health
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder routes, IStore store, PolicyPublisher policies, Journal journal, BudgetLedger ledger, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        routes.MapGet("/healthz", (RequestDelegate)(context => context.Response.WriteAsync("alive\n", context.RequestAborted)));
        routes.MapGet("/readyz", (RequestDelegate)(context => ReadyAsync(context, store, policies, journal, ledger, lifetime, time)));
    }

    private static async Task ReadyAsync(HttpContext context, IStore store, PolicyPublisher policies, Journal journal, BudgetLedger ledger, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        string? problem =
            lifetime.ApplicationStopping.IsCancellationRequested ? "the process ends"
            : policies.Current.Number == 0 ? "the policy is not loaded yet"
            : context.Request.Query["store"] == "optional" ? null
            : journal.Failing ? Unbooked(journal)
            : await StoreProblemAsync(store, time, context.RequestAborted);
        context.Response.StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await context.Response.WriteAsync(problem is null ? "ready\n" + Doubt(ledger) : $"not ready: {problem}\n", context.RequestAborted);
    }

    // No reason to send requests elsewhere: every instance reads the same ledger, and what is not enforced hard is served.
    private static string Doubt(BudgetLedger ledger) =>
        ledger.Mismatch is { } mismatch ? $"but grants that are enforced hard answer 503 journal_failed, since the ledger is not what it was: {mismatch} Look with: causeway audit verify\n" : "";

    private static string Unbooked(Journal journal) =>
        $"usage cannot be booked; {journal.Unbooked} records wait"
        + (journal.NotKept is { } problem ? $", and nothing new is started: {problem}" : journal.KeptLocally is > 0 and var kept ? $", {kept} of them on this instance's disk" : "");

    private static async Task<string?> StoreProblemAsync(IStore store, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            await store.CheckAsync(cancellation).WaitAsync(s_patience, time, cancellation);
            return null;
        }
        catch (Exception failure) when (failure is TimeoutException or StoreUnavailableException)
        {
            return $"the store does not answer: {failure.Message}";
        }
    }
}
