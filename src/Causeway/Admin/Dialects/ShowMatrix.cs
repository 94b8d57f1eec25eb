using System.ComponentModel;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Dialects;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Dialects;

/// <summary><c>GET /dialects/matrix</c>: keyword by dialect, as documented and as measured here.</summary>
internal static class ShowMatrix
{
    private static readonly QueryParameter s_provider = new("provider", "Only this provider's models, and the dialects that they speak.");

    public static void Map(RouteGroupBuilder api) => api.MapGet("/dialects/matrix", Run)
        .WithName("show_matrix").WithTags("dialects").WithSummary("What dialects do with JSON Schema, as documented and as measured")
        .WithDescription("One row for each dialect and feature, with what probes showed last of each model. What concerns no keyword (key order, truncation, …) is in exchanges.")
        .Asks(s_provider)
        .Refuses(AdminError.QueryInvalid, AdminError.ProviderUnknown);

    private static Results<Ok<DialectMatrix>, Problem> Run(HttpContext http, PolicyPublisher policies, MeasuredDialects measured, TimeProvider time)
    {
        PolicyRevision policy = policies.Current;
        IReadOnlyList<Measurement> latest = measured.Latest.All;
        IEnumerable<DialectProfile> dialects = DialectCatalogue.All;
        if (s_provider.Text(http.Request.Query) is { } name)
        {
            if (policy.FindProvider(name) is not { } route)
            {
                return Providers.ProviderView.Unknown(name, policy);
            }

            latest = [.. latest.Where(one => one.Provider == name)];
            string[] spoken = [.. latest.Select(one => one.Dialect).Append(DialectNames.Of(route.Provider, "")).Distinct()];
            dialects = dialects.Where(dialect => spoken.Contains(dialect.Name));
        }

        return TypedResults.Ok(DialectMatrix.Of([.. dialects], latest, time.GetUtcNow()));
    }
}

/// <summary>Feature by dialect.</summary>
internal sealed record DialectMatrix(
    [property: Description("The dialects, in the order of the rows.")] IReadOnlyList<DialectView> Dialects,
    [property: Description("By dialect, then by feature.")] IReadOnlyList<MatrixLine> Rows,
    [property: Description("What probes showed that concerns no keyword.")] IReadOnlyList<MeasuredView> Exchanges)
{
    public static DialectMatrix Of(IReadOnlyList<DialectProfile> dialects, IReadOnlyList<Measurement> latest, DateTimeOffset now) => new(
        [.. dialects.Select(dialect => new DialectView(dialect.Name, dialect.Title, dialect.Date))],
        [.. ConformanceMatrix.Of(dialects, latest).Select(row => MatrixLine.Of(row, now))],
        [
            .. latest
                .Where(one => ProbeSet.Find(one.Probe) is { } probe && !Features.Contain(probe.Feature))
                .OrderBy(one => one.Provider, StringComparer.Ordinal).ThenBy(one => one.Model, StringComparer.Ordinal).ThenBy(one => one.Probe, StringComparer.Ordinal)
                .Select(one => MeasuredView.Of(one, agrees: null, now)),
        ]);
}

/// <summary>A dialect.</summary>
internal sealed record DialectView(
    string Name,
    [property: Description("The name for people.")] string Title,
    [property: Description("The date of its newest source.")] string Date);

/// <summary>One feature of one dialect.</summary>
internal sealed record MatrixLine(
    string Dialect,
    string Feature,
    [property: Description("The feature for people.")] string Title,
    [property: Description("enforced, partly, accepted, ignored, rejected, unsupported or unknown.")] string Documented,
    [property: Description("The letter of tables: S, P, A, I, R, N or ?, with a star where nobody confirmed it.")] string Code,
    [property: Description("documentation, specification, source, observed, reported or none.")] string Evidence,
    [property: Description("When it was so.")] string Date,
    [property: Description("More, in words; null: nothing.")] string? Note,
    [property: Description("What probes showed last; empty: nothing was measured.")] IReadOnlyList<MeasuredView> Measured)
{
    public static MatrixLine Of(MatrixRow row, DateTimeOffset now) => new(
        row.Dialect,
        row.Feature,
        row.Title,
        Words.Of(row.Documented.Support),
        row.Documented.Code,
        Words.Of(row.Documented.Evidence),
        row.Documented.Date,
        row.Documented.Note,
        [.. row.Measured.Select(cell => MeasuredView.Of(cell.Measurement, cell.Agrees, now))]);
}

/// <summary>What one probe showed last of one model.</summary>
internal sealed record MeasuredView(
    [property: Description("provider/model.")] string Model,
    string Dialect,
    string Probe,
    [property: Description("What the probe is about, for people.")] string Title,
    [property: Description("enforced, ignored or rejected.")] string Verdict,
    [property: Description("What was seen; null: nothing beyond the verdict.")] string? Detail,
    DateTimeOffset At,
    [property: Description("It is young enough to prove something.")] bool Fresh,
    [property: Description("It fits what is documented for that model; null: nothing is.")] bool? Agrees)
{
    public static MeasuredView Of(Measurement one, bool? agrees, DateTimeOffset now) => new(
        $"{one.Provider}/{one.Model}",
        one.Dialect,
        one.Probe,
        ProbeSet.Find(one.Probe)?.Title ?? one.Probe,
        one.Verdict.Word(),
        one.Detail,
        one.At,
        now - one.At <= Eligibility.Freshness,
        agrees);
}
