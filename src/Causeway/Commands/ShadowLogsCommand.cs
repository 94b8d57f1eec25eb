using System.CommandLine;
using Causeway.Shadow.Import;

namespace Causeway.Commands;

/// <summary><c>causeway shadow logs</c>: calls to vendors' hosts in logs of proxies, networks and resolvers.</summary>
internal sealed class ShadowLogsCommand : Command
{
    private readonly Argument<string[]> _files = new("FILE") { Arity = ArgumentArity.OneOrMore, Description = "Logs of Squid, Envoy, Zeek or Route 53, or CSV, also packed with gzip." };
    private readonly Option<string?> _format = new("--format") { HelpName = "FORMAT", Description = "What the files are. Default: their lines tell" };
    private readonly Option<string?> _source = new("--source") { HelpName = "NAME", Description = "The proxy or resolver that wrote them." };
    private readonly Option<string?> _exclude = new("--exclude-clients") { HelpName = "ADDRESSES", Description = "Causeway's own addresses, with commas: what they call is no shadow usage." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what it would do, and keep nothing." };
    private readonly Option<bool> _skip = new("--skip-rejected") { Description = "Leave lines out that are wrong, and take the others." };
    private readonly ConnectionOptions _options = new();
    private readonly Surroundings _surroundings;

    public ShadowLogsCommand(Surroundings surroundings)
        : base("logs", "Find calls to vendors' hosts in logs of proxies, networks and resolvers.")
    {
        _surroundings = surroundings;
        Add(_files);
        foreach (Option option in (IEnumerable<Option>)[_format, _source, _exclude, _dryRun, _skip, _options.Json, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        _format.TakesOneOf([.. ExportFormats.All.Where(format => format.IsLog).Select(format => format.Name)]);
        SetAction(RunAsync);
        this.WithExamples(
            "causeway shadow logs access.log --source proxy-eu --exclude-clients 10.0.0.9",
            "causeway shadow logs dns.2026-11-26.log.gz");
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation) => Talk.OpenAsync(parsed, _options, _surroundings, talk => new ShadowUpload(
        talk,
        [
            ("format", parsed.GetValue(_format)),
            ("account", parsed.GetValue(_source)),
            ("exclude_clients", parsed.GetValue(_exclude)),
            ("dry_run", parsed.GetValue(_dryRun) ? "true" : null),
            ("skip_rejected", parsed.GetValue(_skip) ? "true" : null),
        ],
        parsed.GetValue(_options.Json),
        _surroundings,
        cancellation).FilesAsync(parsed.GetValue(_files)!), cancellation);
}
