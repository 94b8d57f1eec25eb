using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Schemas;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Contracts;

/// <summary><c>POST /contracts/check</c>: what becomes of a schema in every dialect. Nothing is kept.</summary>
internal static class CheckContract
{
    private const int MaxBytes = SchemaLimits.MaxBytes + RequestBody.MaxBytes;

    public static void Map(RouteGroupBuilder api) => api.MapPost("/contracts/check", RunAsync)
        .WithName("check_contract").WithTags("contracts").WithSummary("Check a schema against the dialects")
        .WithDescription("Says per dialect whether the schema goes natively, what is rewritten, what is lost, and what is impossible with the smallest change that makes it possible. The same as \"causeway contract check\", which needs no server.")
        .Reads<CheckContractRequest>("The schema, and which dialects.")
        .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ContractInvalid);

    private static async Task<Results<Ok<ContractCheck>, Problem>> RunAsync(HttpContext http, CancellationToken cancellation)
    {
        (CheckContractRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.CheckContractRequest, MaxBytes);
        if (asked is null)
        {
            return problem!;
        }

        cancellation.ThrowIfCancellationRequested();
        FieldProblem[] wrong = [.. SchemaField.Problems(asked.Schema, out JsonSchema? schema), .. DialectProblems(asked.For, out IReadOnlyList<DialectProfile> dialects)];
        return wrong.Length > 0
            ? new Problem(AdminError.ContractInvalid, "Mend what \"errors\" names.", wrong)
            : TypedResults.Ok(ContractCheck.Of(schema!, asked.Model, dialects));
    }

    private static List<FieldProblem> DialectProblems(IReadOnlyList<string?>? names, out IReadOnlyList<DialectProfile> dialects)
    {
        List<FieldProblem> problems = [];
        List<DialectProfile> chosen = [];
        foreach (string name in (names ?? []).Select(name => name ?? "null"))
        {
            if (DialectCatalogue.Find(name) is not { } dialect)
            {
                problems.Add(new FieldProblem("for", $"\"{Printable.Cut(name)}\" is not a dialect{Nearest.To(name, DialectCatalogue.All.SelectMany(profile => profile.Aliases.Prepend(profile.Name)))}"));
            }
            else if (!chosen.Contains(dialect))
            {
                chosen.Add(dialect);
            }
        }

        dialects = names is null or { Count: 0 } ? DialectCatalogue.All : chosen;
        return problems;
    }
}

/// <summary>A schema to check.</summary>
internal sealed record CheckContractRequest
{
    [Required, Description("The JSON Schema. At most 1 MiB.")]
    public JsonElement? Schema { get; init; }

    [Description("Only these dialects: openai, anthropic, gemini, … All when left out.")]
    public IReadOnlyList<string>? For { get; init; }

    [Description("The model in the provider's words. One that the dialect serves best when left out.")]
    public string? Model { get; init; }
}

/// <summary>What became of a schema.</summary>
internal sealed record ContractCheck(
    [property: Description("sch_ and the SHA-256 of the schema.")] string Digest,
    [property: Description("The model that was asked for; null: one that the dialect serves best.")] string? Model,
    [property: Description("One entry per dialect, by name.")] IReadOnlyList<CheckedDialect> Dialects)
{
    public static ContractCheck Of(JsonSchema schema, string? model, IReadOnlyList<DialectProfile> dialects) =>
        new(schema.Digest.Text, model, [.. dialects.Select(dialect => CheckedDialect.Of(dialect, ContractCompiler.Compile(schema, dialect, new ContractAsk(model))))]);

    /// <summary>Every dialect can hold it.</summary>
    public bool Holds() => Dialects.All(one => one.Impossible.Count == 0);
}

/// <summary>What became of a schema in one dialect.</summary>
internal sealed record CheckedDialect(
    [property: Description("The dialect's name.")] string Dialect,
    [property: Description("The date of the newest source of its profile.")] string AsOf,
    [property: Description("By which way the schema travels: format, forced_tool, json_mode, prompt.")] string Carrier,
    [property: Description("Who holds the contract: native, enforced, impossible.")] string Contract,
    [property: Description("The dialect's strict flag is set.")] bool Strict,
    [property: Description("The schema stands in the prompt too.")] bool InPrompt,
    [property: Description("The schema travels as it is.")] bool Verbatim,
    [property: Description("Why the dialect cannot carry it, with the smallest change that makes it possible.")] IReadOnlyList<CheckedImpossibility> Impossible,
    [property: Description("Rules that the provider does not hold.")] IReadOnlyList<CheckedLoss> Losses,
    [property: Description("Documents that the contract allows and that can never come.")] IReadOnlyList<CheckedLoss> Narrowed,
    [property: Description("What is spelled otherwise, losing nothing.")] IReadOnlyList<CheckedRewrite> Rewrites,
    [property: Description("What the provider is sent; null: nothing can be.")] JsonElement? Schema)
{
    /// <summary>The profile's name for people.</summary>
    internal string Title { get; private init; } = "";

    public static CheckedDialect Of(DialectProfile dialect, CompiledContract compiled) => new(
        dialect.Name,
        dialect.Date,
        WordOf(compiled.Carrier),
        !compiled.Impossible.IsEmpty ? "impossible" : compiled.IsNative ? "native" : "enforced",
        compiled.Strict,
        compiled.Instruction is not null,
        compiled.IsVerbatim,
        [.. compiled.Impossible.Select(impossible => new CheckedImpossibility(impossible.Path, impossible.Feature, impossible.Why, impossible.Fix))],
        [.. compiled.Losses.Where(loss => !loss.Narrows).Select(CheckedLoss.Of)],
        [.. compiled.Losses.Where(loss => loss.Narrows).Select(CheckedLoss.Of)],
        [.. compiled.Rewrites.Select(rewrite => new CheckedRewrite(rewrite.Path, rewrite.Feature, rewrite.What))],
        compiled.Schema.IsEmpty ? null : JsonElement.Parse(compiled.Schema.Span, AdminJson.Document))
    {
        Title = dialect.Title,
    };

    private static string WordOf(Carrier carrier) => carrier switch
    {
        Causeway.Contracts.Compilation.Carrier.Format => "format",
        Causeway.Contracts.Compilation.Carrier.ForcedTool => "forced_tool",
        Causeway.Contracts.Compilation.Carrier.JsonMode => "json_mode",
        _ => "prompt",
    };
}

/// <summary>A rule that a provider does not hold.</summary>
internal sealed record CheckedLoss(
    [property: Description("JSON Pointer into the schema.")] string Path,
    [property: Description("What it is about.")] string Feature,
    [property: Description("Rejected, ignored or not established, and since when that is known.")] string Why)
{
    public static CheckedLoss Of(Loss loss) => new(loss.Path, loss.Feature, loss.Why);
}

/// <summary>What a dialect cannot carry.</summary>
internal sealed record CheckedImpossibility(
    [property: Description("JSON Pointer into the schema.")] string Path,
    [property: Description("What it is about.")] string Feature,
    [property: Description("The dialect's rule.")] string Why,
    [property: Description("The smallest change of the schema that makes it possible.")] string Fix);

/// <summary>A spelling that a dialect needs.</summary>
internal sealed record CheckedRewrite(
    [property: Description("JSON Pointer into the schema.")] string Path,
    [property: Description("What it is about.")] string Feature,
    [property: Description("What was done.")] string What);
