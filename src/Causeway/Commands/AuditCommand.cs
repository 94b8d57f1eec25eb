using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Audit;

namespace Causeway.Commands;

/// <summary><c>causeway audit</c>: what was decided about budgets, as a table or as it happens.</summary>
internal sealed class AuditCommand : ClientVerb<AuditPage>
{
    private const string Data = "data: ";
    private readonly Surroundings _surroundings;
    private readonly Option<string?> _grant = new("--grant") { HelpName = "ID", Description = "Only this grant and those below it." };
    private readonly Option<string?> _since = new("--since") { HelpName = "WHEN", Description = "24h, 7d, 2026-11-23 or 2026-11-23T14:00:00Z." };
    private readonly Option<string?> _kind = new("--kind") { HelpName = "KINDS", Description = "Only these, with commas, such as denied,reserved." };
    private readonly Option<int?> _limit = new("--limit") { HelpName = "COUNT", Description = "How many at most, up to 1000. Default: 100, the newest" };
    private readonly Option<long?> _before = new("--before") { HelpName = "SEQ", Description = "Only entries before this one: the page before." };
    private readonly Option<bool> _follow = new("--follow") { Description = "Go on with what happens, until Ctrl-C." };

    public AuditCommand(Surroundings surroundings)
        : base("audit", "Read every decision about budgets: who, what, which grant and limit decided.", surroundings)
    {
        _surroundings = surroundings;
        Takes(
            [_grant, _since, _kind, _limit, _before, _follow],
            "causeway audit --since 24h --kind denied",
            "causeway audit --grant grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --follow",
            "causeway audit --follow --json | jq -r 'select(.kind == \"denied\") | .code'",
            "causeway audit verify");
        Add(new AuditVerifyCommand(surroundings));
        Add(new AuditHeadCommand(surroundings));
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/audit",
        ("grant", parsed.GetValue(_grant)),
        ("since", parsed.GetValue(_since)),
        ("kind", parsed.GetValue(_kind)),
        ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture)),
        ("before", parsed.GetValue(_before)?.ToString(CultureInfo.InvariantCulture)),
        ("follow", parsed.GetValue(_follow) ? "true" : null));

    protected override void Show(AuditPage answer, Connection connection, Screen screen)
    {
        if (answer.Entries.Count == 0)
        {
            screen.Line("There are no such entries.");
            return;
        }

        screen.Table(AuditLine.Columns, answer.Entries.Select(AuditLine.Cells));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (!parsed.GetValue(_follow))
        {
            return await base.RunAsync(parsed, cancellation);
        }

        int code = await Talk.OpenAsync(parsed, Connecting, _surroundings, talk => FollowAsync(parsed, talk, cancellation), cancellation);
        return cancellation.IsCancellationRequested ? ExitCodes.Ok : code; // Ctrl-C is how it ends.
    }

    private async Task<int> FollowAsync(ParseResult parsed, Talk talk, CancellationToken cancellation)
    {
        bool json = parsed.GetValue(Json);
        bool hasReader = true;
        await using TextWriter? pipe = _surroundings.Pipe(talk.Output);
        AdminReply? refusal = await talk.Client.StreamAsync(
            Ask(parsed), async body => hasReader = await PrintAsync(body, json, pipe ?? talk.Output, cancellation), cancellation);
        if (!hasReader)
        {
            return ExitCodes.Ok; // "| head -1" has what it wanted.
        }

        await talk.Error.WriteLineAsync(refusal is null
            ? $"{talk.Connection.Address} ended the stream: it is shutting down."
            : ProblemText.Of(refusal, talk.Connection, source: null));
        return ExitCodes.Failed;
    }

    // Of a server-sent event the data is the entry; its id is in there too. False: nobody reads what is written any more.
    private static async Task<bool> PrintAsync(Stream body, bool json, TextWriter output, CancellationToken cancellation)
    {
        using var lines = new StreamReader(body);
        while (await lines.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith(Data, StringComparison.Ordinal))
            {
                string entry = line[Data.Length..];
                string shown = json ? entry : AuditLine.Of(JsonSerializer.Deserialize(entry, AdminJson.Api.AuditEntry)!);
                try
                {
                    await output.WriteLineAsync(shown);
                    await output.FlushAsync(cancellation);
                }
                catch (IOException)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
