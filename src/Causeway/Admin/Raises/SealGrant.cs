using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Raises;

/// <summary><c>POST /seals</c>: carves an amount out of a grant that nobody can use until the glass is broken.</summary>
internal static class SealGrant
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/seals", RunAsync)
        .WithName("seal_grant").WithTags("raises").WithSummary("Seal an amount for the emergency")
        .WithDescription("Carved out of a grant's money limit of the same window, and used by nobody until the glass is broken.")
        .Reads<SealRequest>("Out of which grant, and how much.")
        .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.GrantUnknown, AdminError.SealInvalid);

    private static async Task<Results<Created<SealView>, Problem>> RunAsync(HttpContext http, BudgetLedger ledger, TimeProvider time, ILogger<AdminGate> log)
    {
        (SealRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.SealRequest);
        if (asked is null)
        {
            return problem!;
        }

        if (!GrantId.TryParse(asked.Parent, out GrantId id) || ledger.Find(id) is not { } parent)
        {
            return new Problem(AdminError.GrantUnknown, $"No grant is called \"{Printable.Cut(asked.Parent)}\". List them with: causeway grant tree");
        }

        FieldProblem[] wrong = [.. asked.LimitProblems(parent.Grant, out Limit limit), .. RaiseProblems.Reason(asked.Reason, isRequired: false)];
        if (wrong.Length > 0)
        {
            return new Problem(AdminError.SealInvalid, "Mend what \"errors\" names; nothing was sealed.", wrong);
        }

        DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        Grant seal = new()
        {
            Id = GrantId.New(now),
            Parent = id,
            Kind = GrantKind.BreakGlass,
            Holder = parent.Grant.Holder,
            Limits = [limit],
            ExpiresAt = parent.Grant.ExpiresAt,
            DepthLeft = 0,
            Enforcement = parent.Enforcement,
            CutOnRevoke = parent.CutsOnRevoke,
            CreatedAt = now,
            CreatedBy = Actor.Of(http).Name,
            Reason = string.IsNullOrWhiteSpace(asked.Reason) ? "sealed for the emergency" : asked.Reason,
        };
        IReadOnlyList<DelegationFault> faults = await ledger.CreateAsync(seal);
        if (faults.Count > 0)
        {
            return new Problem(AdminError.SealInvalid, "Nothing was sealed.", [.. faults.Select(fault => new FieldProblem("usd", $"{fault.Message} ({fault.Code})"))]);
        }

        AdminEvents.GrantSealed(log, seal.Id.ToString(), id.ToString(), limit.ToString(), seal.CreatedBy);
        return TypedResults.Created($"{AdminApi.Root}/grants/{seal.Id}", new SealView(seal.Id.ToString(), id.ToString(), seal.Holder.ToString(), limit.ToString(), seal.CreatedBy, now));
    }
}

/// <summary>Out of which grant, and how much.</summary>
internal sealed record SealRequest
{
    [Required, Description("The grant out of which it is carved. Breaking the glass helps it and what is below it.")]
    public string Parent { get; set; } = "";

    [Required, Description("How much, with the window of one of the parent's money limits: 25/month.")]
    public string Usd { get; set; } = "";

    [Description("Why, at most 500 characters.")]
    public string? Reason { get; init; }

    // In the zone of the limit that it comes out of: another zone's month is another window.
    public IEnumerable<FieldProblem> LimitProblems(Grant parent, out Limit limit)
    {
        string problem = "";
        foreach (string zone in parent.Limits.Where(above => above is { Meter: Meter.Usd, IsPace: false }).Select(above => above.Window.Zone).Append("UTC").Distinct())
        {
            if (Limit.TryParse(Meter.Usd, Usd, zone, out limit, out problem) && Delegation.CarvedFrom(limit, parent) is not null)
            {
                return [];
            }
        }

        limit = new Limit(Meter.Usd, 1, Window.None);
        string[] limits = [.. parent.Limits.Where(above => above is { Meter: Meter.Usd, IsPace: false }).Select(above => above.ToString())];
        return
        [
            new FieldProblem("usd", Usd.Length == 0 ? "is missing"
                : problem.Length > 0 ? Printable.Cut(problem)
                : limits.Length == 0 ? $"cannot be carved out: {parent.Id} has no money limit"
                : $"needs the window of a money limit of {parent.Id}: {string.Join(", ", limits)}"),
        ];
    }
}

/// <summary>A sealed grant.</summary>
internal sealed record SealView(
    [property: Description("The sealed grant.")] string Id,
    string Parent,
    string Holder,
    string Limit,
    string CreatedBy,
    DateTimeOffset CreatedAt);
