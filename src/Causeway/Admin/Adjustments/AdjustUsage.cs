using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Causeway.Budgets.Pricing;
using Causeway.Configuration.Fields;
using Causeway.Gateway.Books;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Adjustments;

/// <summary><c>POST /adjustments</c>: says afterwards what requests really used. All of the list or nothing; the same again changes nothing.</summary>
internal static class AdjustUsage
{
    /// <summary>Requests of one list.</summary>
    public const int MaxRequests = 5_000;

    private const int MaxWords = 500;
    private const long MaxTokens = 1_000_000_000;

    public static void Map(RouteGroupBuilder api) => api.MapPost("/adjustments", RunAsync)
        .WithName("adjust_usage").WithTags("spend").WithSummary("Say what requests really used")
        .WithDescription("For requests in doubt or booked by an estimate: their grants, usage records and totals follow, and the ledger keeps the evidence. All of the list or nothing. The same evidence with the same amounts changes nothing; with others it is refused.")
        .Reads<AdjustmentsRequest>("The requests with what they used.")
        .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.AdjustmentsInvalid);

    /// <summary>Where in a list something is wrong: by line where it came from a file.</summary>
    public static FieldProblem ProblemAt(int place, int? line, string member, string message) =>
        line is null ? new FieldProblem($"adjustments[{place}].{member}", message) : new FieldProblem(member, message, line, Column: 1);

    private static async Task<Results<Ok<AdjustmentResult>, Problem>> RunAsync(HttpContext http, LateUsage late)
    {
        (AdjustmentsRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.AdjustmentsRequest, RequestBody.MaxLargeBytes);
        if (asked is null)
        {
            return problem!;
        }

        if (asked.Adjustments is not { Count: > 0 and <= MaxRequests })
        {
            return Invalid([new FieldProblem("adjustments", $"has 1 to {MaxRequests:#,0} requests")]);
        }

        List<FieldProblem> wrong = [];
        LateWord?[] words = [.. asked.Adjustments.Select((one, place) => Read(one, place, wrong))];
        if (wrong.Count > 0)
        {
            return Invalid(wrong);
        }

        try
        {
            (IReadOnlyList<LateOutcome> done, IReadOnlyList<LateProblem> problems) = await late.TakeAsync(words!, Actor.Of(http).Name, http.RequestAborted);
            return problems.Count > 0
                ? Invalid([.. problems.Select(one => ProblemAt(one.Word.Place, one.Word.Line, one.Member, one.Message))])
                : TypedResults.Ok(new AdjustmentResult([.. done.Select(AdjustedRequest.Of)]));
        }
        catch (TimeoutException)
        {
            return new Problem(AdminError.StoreUnavailable, "The books lag behind, so the ledger does not tell yet what is true; nothing was adjusted. Try again shortly.");
        }
        catch (InvalidOperationException refused)
        {
            return Invalid([new FieldProblem("adjustments", refused.Message)]);
        }
    }

    private static LateWord? Read(AdjustmentRequest one, int place, List<FieldProblem> wrong)
    {
        int before = wrong.Count;
        Guid request = default;
        if (one.Request is not ['r', 'e', 'q', '_', ..] || !Guid.TryParseExact(one.Request.AsSpan(4), "N", out request))
        {
            Add("request", "is a request's id, req_ and 32 hex digits, as x-causeway-request has it");
        }

        long nanoUsd = 0;
        if (one.Usd is { } usd && !UsdText.TryRead(usd, 0, 1_000_000, out nanoUsd, out string? outside))
        {
            Add("usd", outside ?? "is not an amount; write a decimal number, in USD");
        }

        bool hasTokens = (one.Input ?? one.CacheRead ?? one.CacheWrite ?? one.Output ?? one.Reasoning) is not null;
        if (one.Usd is null && !hasTokens)
        {
            Add("usd", "is missing, and so are the tokens: say one of them");
        }

        if (hasTokens && (one.Input is null || one.Output is null))
        {
            Add(one.Input is null ? "input" : "output", "is missing: tokens are said with both, input and output");
        }

        foreach ((string name, long? count) in ((string, long?)[])[("input", one.Input), ("cache_read", one.CacheRead), ("cache_write", one.CacheWrite), ("output", one.Output), ("reasoning", one.Reasoning)])
        {
            if (count is < 0 or > MaxTokens)
            {
                Add(name, $"is 0 to {MaxTokens:#,0}");
            }
        }

        if (one.Reasoning > (one.Output ?? 0))
        {
            Add("reasoning", "is a part of the output, and more than that");
        }

        AddWords("reason", one.Reason);
        AddWords("evidence", one.Evidence);
        TokenCounts? tokens = hasTokens ? new TokenCounts(one.Input ?? 0, one.CacheRead ?? 0, one.CacheWrite ?? 0, 0, 0, 0, one.Output ?? 0, one.Reasoning ?? 0) : null;
        return wrong.Count > before ? null : new LateWord(place, one.Line, request, one.Usd is null ? null : nanoUsd, tokens, one.Reason, one.Evidence);

        void Add(string member, string message) => wrong.Add(ProblemAt(place, one.Line, member, message));

        void AddWords(string member, string text)
        {
            if (string.IsNullOrWhiteSpace(text) || text.Length > MaxWords)
            {
                Add(member, text.Length > MaxWords ? $"has at most {MaxWords} characters" : "is missing: it is kept in the ledger");
            }
        }
    }

    private static Problem Invalid(IReadOnlyList<FieldProblem> wrong) => new(AdminError.AdjustmentsInvalid, "Mend what \"errors\" names; nothing was adjusted.", wrong);
}

/// <summary>What requests really used.</summary>
internal sealed record AdjustmentsRequest
{
    // "set": the generated reader gives an "init" member that is missing null in place of its default.
    [Required, Description("1 to 5,000 requests.")]
    public IReadOnlyList<AdjustmentRequest> Adjustments { get; set; } = [];
}

/// <summary>What one request really used, all of it: not the difference.</summary>
internal sealed record AdjustmentRequest
{
    [Required, Description("As in x-causeway-request.")]
    public string Request { get; set; } = "";

    [Description("What it cost in USD, as text such as 0.0123. Left out, its tokens are priced as the request was.")]
    public string? Usd { get; set; }

    [Description("Prompt tokens that neither came from nor went to a cache. With it, output is needed as well.")]
    public long? Input { get; set; }

    [Description("Prompt tokens read from a cache.")]
    public long? CacheRead { get; set; }

    [Description("Prompt tokens written to a cache.")]
    public long? CacheWrite { get; set; }

    [Description("Generated tokens, reasoning included. With it, input is needed as well.")]
    public long? Output { get; set; }

    [Description("The reasoning part of them.")]
    public long? Reasoning { get; set; }

    [Required, Description("Why. It is kept in the ledger.")]
    public string Reason { get; set; } = "";

    [Required, Description("By what: an export's line, an invoice, a credit note. It is kept in the ledger, and names this word on the request.")]
    public string Evidence { get; set; } = "";

    [Description("The line of a file it stands in; mistakes are named by it.")]
    public int? Line { get; set; }
}

/// <summary>What became of each request.</summary>
internal sealed record AdjustmentResult(
    [property: Description("In the order of the list.")] IReadOnlyList<AdjustedRequest> Requests);

/// <summary>What became of one request.</summary>
internal sealed record AdjustedRequest(
    string Request,
    [property: Description("The grant that was charged.")] string Grant,
    [property: Description("False: the same was said before, so nothing was changed.")] bool Changed,
    [property: Description("What counted as used of it before, in doubt included, USD.")] string BeforeUsd,
    [property: Description("What counts as used of it now, USD.")] string AfterUsd)
{
    public static AdjustedRequest Of(LateOutcome outcome) => new(
        $"req_{outcome.Word.Request:N}", outcome.Account.Grant.ToString(), outcome.Result == LateResult.Booked, Money.Usd(outcome.Before.NanoUsd), Money.Usd(outcome.After.NanoUsd));
}
