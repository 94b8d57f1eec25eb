using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Microsoft.AspNetCore.Http;

namespace Causeway.Admin.Audit;

/// <summary>
/// Entries as server-sent events (HTML, 9.2): first those that were asked for, then what is booked from then on, until the caller leaves or the server
/// ends, or the session, the key or the operator that opened it is gone. Each event's id is its place, so that a caller that was cut off goes on behind the last that it saw.
/// </summary>
internal sealed class AuditStream(LedgerQuery query, ILedgerStore store, Journal journal, Func<CancellationToken, ValueTask<bool>> isAdmitted, TimeProvider time, CancellationToken stopping) : IResult
{
    public const string ContentType = "text/event-stream";

    private const int PageEvents = 1_000;

    // Under load something is booked all the time: read in groups, not once for each.
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(100);

    // How often it is looked whether the caller may listen still, and whether another instance booked something.
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    // A line that says nothing, so that a connection that is gone is noticed and one that is idle is not cut on its way.
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(15);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.ContentType = ContentType;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        try
        {
            await FollowAsync(response, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The caller left, or the server ends: the stream ends with it.
        }
    }

    private async Task FollowAsync(HttpResponse response, CancellationToken cancellation)
    {
        long booked = journal.BookedByAll;
        long after = await BeginAsync(response, cancellation);
        while (await isAdmitted(cancellation))
        {
            // Read without the filters: what does not match is passed for good, instead of being looked through again each time.
            IReadOnlyList<LedgerEvent> page = await store.EventsAsync(new LedgerQuery { After = after, Limit = PageEvents }, cancellation);
            await WriteAsync(response, page.Where(query.Matches), cancellation);
            after = page.Count > 0 ? page[^1].Seq : after;
            if (page.Count == PageEvents)
            {
                continue;
            }

            if (!await SomethingBookedAsync(response, booked, cancellation))
            {
                return;
            }

            booked = journal.BookedByAll;
        }
    }

    // What is there already. Its end is read first: what comes in between is shown by the following, once.
    private async Task<long> BeginAsync(HttpResponse response, CancellationToken cancellation)
    {
        await response.StartAsync(cancellation);
        if (!query.Newest)
        {
            return query.After;
        }

        long last = (await store.EventsAsync(new LedgerQuery { Limit = 1, Newest = true }, cancellation)) is [{ } newest] ? newest.Seq : 0;
        IReadOnlyList<LedgerEvent> history = await store.EventsAsync(query, cancellation);
        await WriteAsync(response, history.Where(one => one.Seq <= last), cancellation);
        return last;
    }

    // False: the caller may not listen any more.
    private async Task<bool> SomethingBookedAsync(HttpResponse response, long booked, CancellationToken cancellation)
    {
        long written = time.GetTimestamp();
        while (!await journal.BookedByAllAsync(booked, s_look, time, cancellation))
        {
            if (!await isAdmitted(cancellation))
            {
                return false;
            }

            if (time.GetElapsedTime(written) >= s_idle)
            {
                await response.WriteAsync(":\n\n", cancellation);
                await response.Body.FlushAsync(cancellation);
                written = time.GetTimestamp();
            }
        }

        await Task.Delay(s_gather, time, cancellation);
        return true;
    }

    private static async Task WriteAsync(HttpResponse response, IEnumerable<LedgerEvent> events, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        foreach (LedgerEvent one in events)
        {
            text.Append("id: ").Append(one.Seq.ToString(CultureInfo.InvariantCulture)).Append("\ndata: ")
                .Append(JsonSerializer.Serialize(AuditEntry.Of(one), AdminJson.Api.AuditEntry)).Append("\n\n");
        }

        await response.WriteAsync(text.ToString(), cancellation);
        await response.Body.FlushAsync(cancellation);
    }
}
