using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Causeway.Budgets.Alerts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Webhooks;

/// <summary>Events that a webhook did not take: listed, shown, sent again, dropped.</summary>
internal static class DeadLetters
{
    private static readonly QueryParameter s_limit = new("limit", "How many at most.") { Count = (1, 1000, 100) };
    private static readonly QueryParameter s_cursor = new("cursor", "\"next\" of the page before.");

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/webhook/dead", ListAsync)
            .WithName("list_dead_letters").WithTags("webhook").WithSummary("Events that a webhook did not take")
            .WithDescription("The newest first. What was not taken in three tries is kept for 30 days, 1,000 at most.")
            .Asks(s_limit, s_cursor)
            .Refuses(AdminError.QueryInvalid);
        api.MapGet("/webhook/dead/{id}", ShowAsync)
            .WithName("show_dead_letter").WithTags("webhook").WithSummary("One of them, with what it tells")
            .Refuses(AdminError.DeadLetterUnknown);
        api.MapPost("/webhook/dead/{id}/redeliver", RedeliverAsync)
            .WithName("redeliver_dead_letter").WithTags("webhook").WithSummary("Send one again")
            .WithDescription("Once, at once, to the address that is configured now. What is taken is forgotten; what is not stays, with why. Two who send the same one at once may send it twice: the header X-Causeway-Delivery is the same.")
            .Refuses(AdminError.DeadLetterUnknown, AdminError.WebhookMissing);
        api.MapDelete("/webhook/dead/{id}", DropAsync)
            .WithName("drop_dead_letter").WithTags("webhook").WithSummary("Forget one")
            .Refuses(AdminError.DeadLetterUnknown);
    }

    private static async Task<Results<Ok<DeadLetterPage>, Problem>> ListAsync(HttpContext http, IDeadLetterStore store)
    {
        IQueryCollection query = http.Request.Query;
        Guid? before = null;
        if (s_cursor.Text(query) is { } cursor)
        {
            if (DeadLetterName.Read(cursor) is not { } last)
            {
                return new Problem(AdminError.QueryInvalid, "Read the first page again.", [new FieldProblem("cursor", "is not the \"next\" of a page")]);
            }

            before = last;
        }

        int limit = s_limit.Number(query);
        IReadOnlyList<DeadLetter> letters = await store.ListAsync(before, limit + 1, http.RequestAborted);
        return TypedResults.Ok(new DeadLetterPage(
            [.. letters.Take(limit).Select(letter => DeadLetterView.Of(letter, withBody: false))],
            letters.Count > limit ? DeadLetterName.Of(letters[limit - 1].Id) : null));
    }

    private static async Task<Results<Ok<DeadLetterView>, Problem>> ShowAsync(string id, HttpContext http, IDeadLetterStore store) =>
        await FindAsync(id, store, http.RequestAborted) is { } letter ? TypedResults.Ok(DeadLetterView.Of(letter, withBody: true)) : Unknown(id);

    private static async Task<Results<Ok<Redelivery>, Problem>> RedeliverAsync(string id, HttpContext http, IDeadLetterStore store, Causeway.Gateway.Alerts.Webhooks webhooks, TimeProvider time)
    {
        if (await FindAsync(id, store, http.RequestAborted) is not { } letter)
        {
            return Unknown(id);
        }

        if (webhooks.Find(letter.Hook) is not { } webhook)
        {
            return new Problem(AdminError.WebhookMissing, $"It is for {letter.Hook}.webhook, which the configuration does not have. Set it and start again, or drop the letter.");
        }

        // What was sent is written down even if who asked has left.
        string? problem = await webhook.TryAgainAsync(letter);
        if (problem is null)
        {
            await store.RemoveAsync(letter.Id, CancellationToken.None);
        }
        else
        {
            await store.KeepAsync(letter with { Problem = problem, Tries = letter.Tries + 1, LastTriedAt = Moment.Kept(time.GetUtcNow()) }, CancellationToken.None);
        }

        return TypedResults.Ok(new Redelivery(DeadLetterName.Of(letter.Id), problem is null, problem));
    }

    private static async Task<Results<Ok<DeadLetterView>, Problem>> DropAsync(string id, HttpContext http, IDeadLetterStore store) =>
        await FindAsync(id, store, http.RequestAborted) is { } letter && await store.RemoveAsync(letter.Id, CancellationToken.None) ? TypedResults.Ok(DeadLetterView.Of(letter, withBody: false)) : Unknown(id);

    private static async Task<DeadLetter?> FindAsync(string id, IDeadLetterStore store, CancellationToken cancellation) =>
        DeadLetterName.Read(id) is { } known ? await store.FindAsync(known, cancellation) : null;

    private static Problem Unknown(string id) => new(AdminError.DeadLetterUnknown, $"No dead letter is called \"{Printable.Cut(id)}\": it was sent, dropped, or its time is over. List them with: causeway webhook dead");
}

/// <summary>A dead letter's id as it is written.</summary>
internal static class DeadLetterName
{
    private const string Prefix = "dlv_";

    public static string Of(Guid id) => $"{Prefix}{id:N}";

    /// <summary>Null: it is none.</summary>
    public static Guid? Read(string text) => text.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out Guid id) ? id : null;
}

/// <summary>A page of dead letters.</summary>
internal sealed record DeadLetterPage(
    IReadOnlyList<DeadLetterView> Letters,
    [property: Description("The cursor of the next page; absent on the last one."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next = null);

/// <summary>An event that a webhook did not take.</summary>
internal sealed record DeadLetterView(
    string Id,
    [property: Description("When it was told.")] DateTimeOffset At,
    [property: Description("Whose address it is for: alerts or conformance.")] string Hook,
    [property: Description("What it tells, in a few words.")] string What,
    [property: Description("Why the last try failed.")] string Problem,
    [property: Description("0: the process ended before it could be tried.")] int Tries,
    DateTimeOffset LastTriedAt,
    [property: Description("The event as it is posted, JSON; absent in lists."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Body)
{
    public static DeadLetterView Of(DeadLetter letter, bool withBody) => new(
        DeadLetterName.Of(letter.Id), ToldAt(letter.Id), letter.Hook, letter.What, letter.Problem, letter.Tries, letter.LastTriedAt, withBody ? Encoding.UTF8.GetString(letter.Body) : null);

    // The first 48 bits of a version 7 UUID are milliseconds (RFC 9562, 5.7).
    private static DateTimeOffset ToldAt(Guid id) => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(id.ToString("N").AsSpan(0, 12), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
}

/// <summary>What became of sending a dead letter again.</summary>
internal sealed record Redelivery(
    string Id,
    [property: Description("It was taken, and is forgotten here.")] bool Delivered,
    [property: Description("Why it was not taken; null: it was.")] string? Problem);
