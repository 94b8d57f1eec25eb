using System.CommandLine;
using System.Text;
using Causeway.Admin.Export;
using Causeway.Budgets.Export;

namespace Causeway.Commands;

/// <summary><c>causeway export focus</c>: a month's cost rows, to a file or to standard output, while they arrive.</summary>
internal sealed class ExportFocusCommand : Command
{
    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();
    private readonly Option<string> _month = new("--month") { HelpName = "MONTH", Description = "Which month, UTC, such as 2026-11.", Required = true };
    private readonly Option<bool> _csv = new("--csv") { Description = "As CSV. This is the default." };
    private readonly Option<bool> _parquet = new("--parquet") { Description = "As Apache Parquet." };
    private readonly Option<FileInfo?> _out = new("--out") { HelpName = "FILE", Description = "Write it there, whole or not at all. Default: standard output" };

    public ExportFocusCommand(Surroundings surroundings)
        : base("focus", "Export a month's cost in the columns of FOCUS, for finance. Its sum is what was booked, to the nano-USD.")
    {
        _surroundings = surroundings;
        foreach (Option option in (IEnumerable<Option>)[_month, _csv, _parquet, _out, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        Validators.Add(result =>
        {
            if (result.GetResult(_csv) is not null && result.GetResult(_parquet) is not null)
            {
                result.AddError("--csv and --parquet exclude each other.");
            }

            if (result.GetResult(_month) is { Tokens: [{ } month] } && !BillingMonth.TryParse(month.Value, out _))
            {
                result.AddError($"--month is {BillingMonth.Form}.");
            }
        });
        this.WithExamples(
            "causeway export focus --month 2026-11 > november.csv",
            "causeway export focus --month 2026-11 --parquet --out november.parquet");
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        bool parquet = parsed.GetValue(_parquet);
        FileInfo? file = parsed.GetValue(_out);
        if (parquet && file is null && _surroundings.IsTerminal(parsed.InvocationConfiguration.Output))
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync("Parquet is no text for a terminal.\n  Name a file: --out FILE");
            return ExitCodes.Usage;
        }

        AdminRequest request = AdminRequest.Get("/export/focus", ("month", parsed.GetValue(_month)), ("format", parquet ? ExportFocus.Parquet : null));
        return await Talk.OpenAsync(parsed, _options, _surroundings, talk => file is null ? PrintAsync(talk, request, parquet, cancellation) : AnswerFile.SaveAsync(talk, request, file, cancellation), cancellation);
    }

    private async Task<int> PrintAsync(Talk talk, AdminRequest request, bool parquet, CancellationToken cancellation)
    {
        if (!parquet)
        {
            return await AnswerFile.StreamAsync(talk, request, body => CopyTextAsync(body, talk.Output, cancellation), cancellation);
        }

        await using Stream output = _surroundings.RawOutput();
        return await AnswerFile.StreamAsync(talk, request, body => body.CopyToAsync(output, cancellation), cancellation);
    }

    private static async Task CopyTextAsync(Stream body, TextWriter output, CancellationToken cancellation)
    {
        using var text = new StreamReader(body, Encoding.UTF8);
        char[] buffer = new char[16 * 1024];
        while (await text.ReadAsync(buffer, cancellation) is > 0 and int read)
        {
            await output.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }
    }
}
