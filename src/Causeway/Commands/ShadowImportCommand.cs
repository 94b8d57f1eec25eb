using System.CommandLine;
using Causeway.Admin;
using Causeway.Admin.Shadow;
using Causeway.Shadow.Import;

namespace Causeway.Commands;

/// <summary><c>causeway shadow import</c>: vendors' exports of usage and cost, from files or from their admin APIs.</summary>
internal sealed class ShadowImportCommand : Command
{
    private readonly Argument<string[]> _files = new("FILE") { Arity = ArgumentArity.ZeroOrMore, Description = "Exports: CSV, JSON, JSON Lines or Parquet, also packed with gzip. A folder is one export in several files." };
    private readonly Option<string?> _from = new("--from") { HelpName = "VENDOR", Description = $"Ask a vendor's admin API instead: openai (key in {VendorPull.OpenAIVariable}) or anthropic ({VendorPull.AnthropicVariable})." };
    private readonly Option<string?> _since = new("--since") { HelpName = "WHEN", Description = "With --from, the first day: 7d or 2026-11-01. Default: 7d" };
    private readonly Option<string?> _apiUrl = new("--api-url") { HelpName = "URL", Description = "With --from, the vendor's address. Default: its own" };
    private readonly Option<string?> _format = new("--format") { HelpName = "FORMAT", Description = "What the files are. Default: their columns tell" };
    private readonly Option<string?> _account = new("--account") { HelpName = "NAME", Description = "The organisation of records that name none." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what it would do, and keep nothing." };
    private readonly Option<bool> _skip = new("--skip-rejected") { Description = "Leave records out that are wrong, and take the others." };
    private readonly ConnectionOptions _options = new();
    private readonly Surroundings _surroundings;

    public ShadowImportCommand(Surroundings surroundings)
        : base("import", "Import vendors' exports of usage and cost. The same file twice changes nothing.")
    {
        _surroundings = surroundings;
        Add(_files);
        foreach (Option option in (IEnumerable<Option>)[_from, _since, _apiUrl, _format, _account, _dryRun, _skip, _options.Json, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        _from.TakesOneOf("openai", "anthropic");
        _format.TakesOneOf([.. ExportFormats.All.Where(format => !format.IsLog).Select(format => format.Name)]);
        Validators.Add(result =>
        {
            bool files = result.GetResult(_files) is { Tokens.Count: > 0 };
            if (files == (result.GetResult(_from) is not null))
            {
                result.AddError("Name files, or a vendor with --from.");
            }

            if (files && (result.GetResult(_since) ?? result.GetResult(_apiUrl)) is not null)
            {
                result.AddError("--since and --api-url are for --from.");
            }
        });
        SetAction(RunAsync);
        this.WithExamples(
            "causeway shadow import cost_2026-11-01_2026-11-30.csv --account org-corp",
            "causeway shadow import cur-2026-11.csv.gz --dry-run",
            "causeway shadow import exports/focus/BILLING_PERIOD=2026-11/",
            $"{VendorPull.OpenAIVariable}=sk-admin-… causeway shadow import --from openai --since 30d");
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation) => Talk.OpenAsync(parsed, _options, _surroundings, async talk =>
    {
        if (parsed.GetValue(_from) is { } vendor)
        {
            return await PullAsync(talk, vendor, parsed, cancellation);
        }

        return await Upload(talk, parsed, parsed.GetValue(_format), cancellation).FilesAsync(parsed.GetValue(_files)!);
    }, cancellation);

    private ShadowUpload Upload(Talk talk, ParseResult parsed, string? format, CancellationToken cancellation) => new(
        talk,
        [
            ("format", format),
            ("account", parsed.GetValue(_account)),
            ("dry_run", parsed.GetValue(_dryRun) ? "true" : null),
            ("skip_rejected", parsed.GetValue(_skip) ? "true" : null),
        ],
        parsed.GetValue(_options.Json),
        _surroundings,
        cancellation);

    private async Task<int> PullAsync(Talk talk, string vendor, ParseResult parsed, CancellationToken cancellation)
    {
        DateTimeOffset now = _surroundings.Time.GetUtcNow();
        if (!Moment.TryParse(parsed.GetValue(_since) ?? "7d", now, out DateTimeOffset since))
        {
            await talk.Error.WriteLineAsync($"--since is {Moment.Form}.");
            return ExitCodes.Usage;
        }

        (VendorPull? pull, string? problem) = VendorPull.Of(vendor, parsed.GetValue(_apiUrl), since, now, _surroundings);
        if (pull is null)
        {
            await talk.Error.WriteLineAsync(problem);
            return ExitCodes.Usage;
        }

        using (pull)
        {
            int worst = ExitCodes.Ok;
            foreach (VendorReport report in pull.Reports)
            {
                await using Stream pages = SpoolFile.New();
                if (await pull.ReadAsync(report, pages, cancellation) is { } failure)
                {
                    await talk.Error.WriteLineAsync(failure);
                    return ExitCodes.Failed;
                }

                if (!pull.HasRecords)
                {
                    await talk.Output.WriteLineAsync($"{report.Name}: nothing was used");
                    continue;
                }

                pages.Position = 0;
                worst = Math.Max(worst, await Upload(talk, parsed, report.Format, cancellation).SendAsync(pages, report.Name));
            }

            return worst;
        }
    }
}
