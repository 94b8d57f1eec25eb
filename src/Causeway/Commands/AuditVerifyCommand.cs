using System.CommandLine;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Audit;
using Causeway.Budgets.Ledger;

namespace Causeway.Commands;

/// <summary><c>causeway audit verify</c>: ends with 1 where an entry was changed.</summary>
internal sealed class AuditVerifyCommand : Command
{
    private const int MostHeads = 32;

    // The chain is walked from its first entry on, and a deployment may have years of them.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    private static readonly Column[] s_columns = [new("ENTRY", ColumnKind.Number), new("SIGNED"), new("FOUND")];

    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();
    private readonly Option<string[]> _head = new("--head") { HelpName = "HEAD", Description = "A signed head that was kept: whether the ledger still has what it names. May be repeated." };
    private readonly Option<string?> _heads = new("--heads") { HelpName = "FILE", Description = $"The same with the newest {MostHeads} heads in a text: a log, lines of JSON, a list. - is what comes in." };

    public AuditVerifyCommand(Surroundings surroundings)
        : base("verify", "Prove that no entry of the audit was changed, taken out or put in; name the first that was.")
    {
        _surroundings = surroundings;
        foreach (Option option in (IEnumerable<Option>)[_head, _heads, _options.Json, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        this.WithExamples("causeway audit verify", "causeway audit verify --heads heads.txt");
        SetAction((parsed, cancellation) => Talk.OpenAsync(parsed, _options, _surroundings, talk => RunAsync(parsed, talk, cancellation), cancellation));
    }

    private async Task<int> RunAsync(ParseResult parsed, Talk talk, CancellationToken cancellation)
    {
        (string? heads, string? problem) = Heads(parsed);
        if (problem is not null)
        {
            await talk.Error.WriteLineAsync(problem);
            return ExitCodes.Usage;
        }

        if (await talk.AskAsync(AdminRequest.Get("/audit/verify", ("head", heads)) with { Patience = s_patience }, AdminJson.Api.AuditVerification, cancellation) is not { } found)
        {
            return ExitCodes.Failed;
        }

        if (parsed.GetValue(_options.Json))
        {
            await talk.Output.WriteLineAsync(Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(found, AdminJson.Api.AuditVerification)));
        }
        else
        {
            var screen = new Screen(talk.Output, _surroundings.WantsStyle(talk.Output));
            AuditHead[] wrong = [.. found.Heads.Where(head => head.Problem is not null)];
            screen.Accent(found.BrokenAt is not null ? $"The audit was changed at entry {found.BrokenAt}: {found.Problem}"
                : wrong.Length > 0 ? $"The audit is not the one that was signed. {wrong[0].Problem}"
                : found.Events == 1 ? "1 entry, not changed."
                : $"{Figures.Plural(found.Events, "entry", "entries")}, none of them changed.");
            screen.Pairs(("Head", found.Head));
            if (found.Heads.Count > 0)
            {
                screen.Table(s_columns, found.Heads.Select(head => (IReadOnlyList<string>)[Figures.Count(head.Seq), Figures.Time(head.At), head.Problem ?? "as it was"]));
            }

            screen.Remark(found.Ok && found.Heads.Count == 0
                ? "This shows that the chain is whole, not that it is the one that there was: compare it with heads that were kept elsewhere (--heads)."
                : found.Ok ? "Nothing up to the newest of these was changed."
                : "What stands before it is as it was written. Compare with a backup: docs/audit.md");
        }

        return found.Ok ? ExitCodes.Ok : ExitCodes.Failed;
    }

    // The newest ones, with commas, or why there are none though some were named.
    private (string? Heads, string? Problem) Heads(ParseResult parsed)
    {
        string text = string.Join('\n', parsed.GetValue(_head) ?? []);
        if (parsed.GetValue(_heads) is { } path)
        {
            (string? read, string? unreadable) = path == "-" ? TextFile.Read(_surroundings.Input()) : TextFile.Read(path);
            if (read is null)
            {
                return (null, $"The heads in {path}: the file {unreadable}.");
            }

            text += '\n' + read;
        }
        else if (text.Length == 0)
        {
            return (null, null);
        }

        SignedHead[] found = [.. SignedHead.In(text).Distinct().OrderByDescending(head => head.Head.Seq).Take(MostHeads)];
        return found.Length > 0 ? (string.Join(',', (IEnumerable<SignedHead>)found), null) : (null, $"No head is in what was given: it is {SignedHead.Prefix} and 110 characters, as \"causeway audit head\" prints it.");
    }
}
