using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Dialects;
using Causeway.Contracts.Dialects;

namespace Causeway.Commands;

/// <summary><c>causeway dialect matrix</c></summary>
internal sealed class DialectMatrixCommand : ClientVerb<DialectMatrix>
{
    private readonly Option<string?> _provider = new("--provider") { HelpName = "NAME", Description = "Only this provider's models, one column each." };
    private readonly Option<bool> _documented = new("--documented") { Description = "Only what is documented, which needs no server." };
    private readonly Surroundings _surroundings;

    public DialectMatrixCommand(Surroundings surroundings)
        : base("matrix", "What each dialect does with each keyword, as documented and as measured.", surroundings)
    {
        _surroundings = surroundings;
        Validators.Add(result =>
        {
            if (result.GetResult(_provider) is not null && result.GetResult(_documented) is not null)
            {
                result.AddError("--documented needs no server and therefore knows no provider: leave one of the two out.");
            }
        });
        Takes(
            [_provider, _documented],
            "causeway dialect matrix --documented",
            "causeway dialect matrix --provider openai",
            "causeway dialect matrix --json | jq '.rows[] | select(any(.measured[]; .agrees == false))'");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/dialects/matrix", ("provider", parsed.GetValue(_provider)));

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (!parsed.GetValue(_documented))
        {
            return await base.RunAsync(parsed, cancellation);
        }

        TextWriter output = parsed.InvocationConfiguration.Output;
        var documented = DialectMatrix.Of(DialectCatalogue.All, [], DateTimeOffset.MinValue);
        if (parsed.GetValue(Json))
        {
            await output.WriteLineAsync(Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(documented, AdminJson.Api.DialectMatrix)));
        }
        else
        {
            Show(documented, new Screen(output, _surroundings.WantsStyle(output)));
        }

        return ExitCodes.Ok;
    }

    protected override void Show(DialectMatrix answer, Connection connection, Screen screen) => Show(answer, screen);

    private static void Show(DialectMatrix answer, Screen screen)
    {
        string[] models = [.. answer.Rows.SelectMany(row => row.Measured).Select(one => one.Model).Distinct().Order(StringComparer.Ordinal)];
        if (answer.Dialects.Count == 1 || models.Length > 0)
        {
            ShowMeasured(answer, models, screen);
        }
        else
        {
            ShowDocumented(answer, screen);
        }

        if (answer.Exchanges.Count > 0)
        {
            screen.Line();
            screen.Table(
                [new("MODEL", ColumnKind.Name), new("BESIDE THE KEYWORDS", ColumnKind.Name), new("SHOWS"), new("ON"), new("DETAIL")],
                answer.Exchanges.Select(one => (IReadOnlyList<string>)[one.Model, one.Title, one.Verdict, Day(one), one.Detail ?? ""]));
        }
    }

    private static void ShowDocumented(DialectMatrix answer, Screen screen)
    {
        ILookup<string, MatrixLine> byFeature = answer.Rows.ToLookup(row => row.Feature, StringComparer.Ordinal);
        screen.Table(
            [new("FEATURE", ColumnKind.Name), .. answer.Dialects.Select(dialect => new Column(dialect.Name))],
            byFeature.Select(rows => (IReadOnlyList<string>)
                [rows.First().Title.Replace("`", "", StringComparison.Ordinal), .. answer.Dialects.Select(dialect => rows.FirstOrDefault(row => row.Dialect == dialect.Name)?.Code ?? "")]));
        screen.Line();
        screen.Remark("As documented. S enforced, P partly, A accepted, I ignored, R rejected, N unsupported, ? unknown; * nobody confirmed it.");
        screen.Remark("Nothing was measured here yet. Measure with: causeway dialect probe");
    }

    // Only the dialects of models that were measured; of one provider the documented part alone where nothing was.
    private static void ShowMeasured(DialectMatrix answer, string[] models, Screen screen)
    {
        foreach (DialectView dialect in answer.Dialects)
        {
            MatrixLine[] rows = [.. answer.Rows.Where(row => row.Dialect == dialect.Name)];
            string[] own = [.. models.Where(model => rows.Any(row => row.Measured.Any(one => one.Model == model)))];
            if (own.Length == 0 && answer.Dialects.Count > 1)
            {
                continue;
            }

            screen.Accent($"{dialect.Title} ({dialect.Name})");
            screen.Table(
                [new("FEATURE", ColumnKind.Name), new("DOCUMENTED"), new("SINCE"), .. own.Select(model => new Column(model))],
                rows.Select(row => (IReadOnlyList<string>)
                    [row.Title.Replace("`", "", StringComparison.Ordinal), row.Documented, row.Date, .. own.Select(model => Cell(row, model))]));
            screen.Line();
        }

        screen.Remark(models.Length == 0
            ? "Nothing was measured here yet. Measure with: causeway dialect probe"
            : "!= is measured otherwise than documented; (old) is older than 14 days and proves nothing.");
    }

    private static string Cell(MatrixLine row, string model) => string.Join(
        ", ",
        row.Measured.Where(one => one.Model == model).Select(one => $"{(one.Agrees == false ? "!= " : "")}{one.Verdict} {Day(one)}{(one.Fresh ? "" : " (old)")}"));

    private static string Day(MeasuredView one) => one.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
