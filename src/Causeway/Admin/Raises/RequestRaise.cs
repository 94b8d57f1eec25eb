using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Causeway.Admin.Grants;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Raises;

/// <summary><c>POST /raises</c>: asks for more on one limit of a grant, for a time. The one change that a key may make.</summary>
internal static class RequestRaise
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/raises", RunAsync)
        .WithName("request_raise").WithTags("raises").WithSummary("Ask for a raise")
        .WithDescription("Somebody else decides within a day, or it expires. Also open to keys for inference (Authorization: Bearer cw0_…): the grant is then the key's own, or one above it.")
        .WithMetadata(new TakesKeys())
        .Reads<RaiseRequest>("Which limit, by how much, until when and what for.")
        .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.RaiseInvalid, AdminError.GrantUnknown);

    private static async Task<Results<Created<RaiseView>, Problem>> RunAsync(HttpContext http, RaiseDesk desk, BudgetLedger ledger, TimeProvider time, ILogger<AdminGate> log)
    {
        (RaiseRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.RaiseRequest);
        if (asked is null)
        {
            return problem!;
        }

        var actor = Actor.Of(http);
        (GrantNode? node, problem) = await GrantOfAsync(asked, actor, ledger);
        if (node is null)
        {
            return problem!;
        }

        DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        FieldProblem[] wrong =
        [
            .. asked.AmountProblems(out Meter meter, out long amount),
            .. asked.LimitProblems(node.Grant, meter, out int number),
            .. asked.UntilProblems(now, out DateTimeOffset until),
            .. RaiseProblems.Reason(asked.Reason),
            .. asked.Ticket?.Length > Raise.MaxTicket ? (FieldProblem[])[new("ticket", $"is longer than {Raise.MaxTicket} characters")] : [],
        ];
        if (wrong.Length > 0)
        {
            return new Problem(AdminError.RaiseInvalid, "Mend what \"errors\" names; nothing was asked for.", wrong);
        }

        RaiseOutcome outcome = await desk.RequestAsync(
            new Raise
            {
                Id = RaiseId.New(now),
                Grant = node.Grant.Id,
                Limit = number,
                LimitText = node.Grant.Limits[number].ToString(),
                Meter = meter,
                Amount = amount,
                Until = until,
                Reason = asked.Reason,
                Ticket = string.IsNullOrWhiteSpace(asked.Ticket) ? null : asked.Ticket,
                RequestedBy = actor.Name,
                KeyCreatedBy = actor.Key?.CreatedBy,
                CreatedAt = now,
            },
            CancellationToken.None); // Kept to its end, whether or not the caller waits for it.
        if (outcome.Raise is not { } raise)
        {
            return RaiseProblems.Of(outcome.Fault!, AdminError.RaiseInvalid);
        }

        AdminEvents.RaiseRequested(log, raise.Id.ToString(), raise.RequestedBy, raise.Grant.ToString(), RaiseRules.Amount(raise, raise.Amount));
        return TypedResults.Created($"{AdminApi.Root}/raises/{raise.Id}", RaiseView.Of(raise, desk, ledger, seesAbove: actor.Key is null));
    }

    // A key asks for its own grant or one above it; what others there are it is not told.
    private static async ValueTask<(GrantNode? Node, Problem? Problem)> GrantOfAsync(RaiseRequest asked, Actor actor, BudgetLedger ledger)
    {
        GrantNode? own = actor.Key is not { } key ? null : await OwnGrant.OfAsync(key, ledger);
        if (asked.Grant is not { Length: > 0 } text)
        {
            return own is not null ? (own, null) : (null, new Problem(AdminError.RaiseInvalid, "Name the grant that is to be raised.", [new FieldProblem("grant", "is missing")]));
        }

        return GrantId.TryParse(text, out GrantId named) && ledger.Find(named) is { } node && (own is null || own.Path.Contains(node))
            ? (node, null)
            : (null, new Problem(AdminError.GrantUnknown, $"No grant is called \"{Printable.Cut(text)}\"{(own is null ? ". List them with: causeway grant tree" : " on the way from this key's grant up")}"));
    }
}

/// <summary>Which limit, by how much, until when and what for.</summary>
internal sealed record RaiseRequest
{
    [Description("The grant; with a key its own when left out.")]
    public string? Grant { get; init; }

    [Required, Description("usd, tokens, tokens_in, tokens_out, requests or concurrent.")]
    public string Meter { get; set; } = "";

    [Required, Description("By how much: USD such as 200 or 0.50, or a count such as 200k.")]
    public string Amount { get; set; } = "";

    [Description("The limit's number among the grant's limits, from 1. Needed where several count the same.")]
    public int? Limit { get; init; }

    [Required, Description("Until when: a span such as 7d, a day such as 2026-12-01, which begins at midnight UTC, or a time.")]
    public string Until { get; set; } = "";

    [Required, Description("What for, 1 to 500 characters.")]
    public string Reason { get; set; } = "";

    [Description("Where it is written down elsewhere, at most 100 characters.")]
    public string? Ticket { get; init; }

    public IEnumerable<FieldProblem> AmountProblems(out Meter meter, out long amount)
    {
        amount = 0;
        if (!Meters.TryParse(Meter, out meter))
        {
            return [new FieldProblem("meter", Meter.Length == 0 ? "is missing" : $"\"{Printable.Cut(Meter)}\" is not one of: {string.Join(", ", Meters.Words)}{Nearest.To(Meter, Meters.Words)}")];
        }

        return RaiseProblems.TryAmount(meter, Amount, out amount, out string problem) ? [] : [new FieldProblem("amount", Amount.Length == 0 ? "is missing" : Printable.Cut(problem))];
    }

    public IEnumerable<FieldProblem> LimitProblems(Grant grant, Meter meter, out int number)
    {
        number = 0;
        if (!Meters.TryParse(Meter, out _))
        {
            return [];
        }

        int[] alike = [.. Enumerable.Range(0, grant.Limits.Length).Where(i => grant.Limits[i].Meter == meter)];
        string names = string.Join(", ", alike.Select(i => string.Create(CultureInfo.InvariantCulture, $"{i + 1}: {grant.Limits[i]}")));
        if (Limit is { } stated)
        {
            number = stated - 1;
            return alike.Contains(number)
                ? []
                : [new FieldProblem("limit", alike.Length == 0 ? $"{grant.Id} has no limit of {meter.Word()}" : $"is not the number of a limit of {meter.Word()}; {grant.Id} has {names}")];
        }

        int[] plain = [.. alike.Where(i => !grant.Limits[i].IsPace)];
        number = plain.FirstOrDefault();
        return plain.Length switch
        {
            1 => [],
            0 => [new FieldProblem("meter", $"{grant.Id} has no limit of {meter.Word()} that could be raised{(grant.Limits.IsEmpty ? "; it has none at all" : $"; it has {string.Join(", ", grant.Limits)}")}")],
            _ => [new FieldProblem("limit", $"is needed: several limits of {grant.Id} count {meter.Word()} ({names})")],
        };
    }

    public IEnumerable<FieldProblem> UntilProblems(DateTimeOffset now, out DateTimeOffset until)
    {
        if (Moment.TryParseSpan(Until, out TimeSpan span))
        {
            until = now + span;
        }
        else if (!Moment.TryParse(Until, out until))
        {
            return [new FieldProblem("until", Until.Length == 0 ? "is missing" : $"is {Moment.Form}")];
        }

        return until <= now ? [new FieldProblem("until", $"has passed: it is {now:yyyy-MM-dd'T'HH:mm:ss'Z'}")]
            : until - now > Raise.LongestHold ? [new FieldProblem("until", $"is more than {Raise.LongestHold.TotalDays:0} days away")]
            : [];
    }
}
