using System.CommandLine;
using System.Text;
using System.Text.Json;
using Causeway.Admin;

namespace Causeway.Commands;

/// <summary><c>causeway audit verify</c>: ends with 1 where an entry was changed.</summary>
internal sealed class AuditVerifyCommand : Command
{
    // The chain is walked from its first entry on, and a deployment may have years of them.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();

    public AuditVerifyCommand(Surroundings surroundings)
        : base("verify", "Prove that no entry of the audit was changed, taken out or put in; name the first that was.")
    {
        _surroundings = surroundings;
        foreach (Option option in (IEnumerable<Option>)[_options.Json, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        this.WithExamples("causeway audit verify", "causeway audit verify --json | jq -r .head >> heads.txt");
        SetAction((parsed, cancellation) => Talk.OpenAsync(parsed, _options, _surroundings, talk => RunAsync(parsed, talk, cancellation), cancellation));
    }

    private async Task<int> RunAsync(ParseResult parsed, Talk talk, CancellationToken cancellation)
    {
        if (await talk.AskAsync(AdminRequest.Get("/audit/verify") with { Patience = s_patience }, AdminJson.Api.AuditVerification, cancellation) is not { } found)
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
            screen.Accent(!found.Ok ? $"The audit was changed at entry {found.BrokenAt}: {found.Problem}"
                : found.Events == 1 ? "1 entry, not changed."
                : $"{Figures.Count(found.Events)} entries, none of them changed.");
            screen.Pairs(("Head", found.Head));
            screen.Remark(found.Ok
                ? "Keep the head elsewhere: whoever changes an entry later cannot arrive at it again."
                : "What stands before it is as it was written. Compare with a backup: docs/audit.md");
        }

        return found.Ok ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
