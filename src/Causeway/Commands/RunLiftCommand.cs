using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Runs;

namespace Causeway.Commands;

/// <summary><c>causeway run lift</c></summary>
internal sealed class RunLiftCommand : ClientVerb<WatchedRun>
{
    private readonly Argument<string> _run = new("RUN") { Description = "The run's id, as its calls name it." };
    private readonly Option<string> _grant = new("--grant") { HelpName = "ID", Required = true, Description = "The grant that pays for it." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Required = true, Description = "Why; it is kept in the ledger." };

    public RunLiftCommand(Surroundings surroundings)
        : base("lift", "Let a run go on: what was seen of it counts no longer, and its limits begin anew.", surroundings)
    {
        Add(_run);
        Takes([_grant, _reason], "causeway run lift nightly-42 --grant grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --reason \"the tool was fixed\"");
    }

    protected override AdminRequest Ask(ParseResult parsed)
    {
        var body = new LiftRunRequest { Grant = parsed.GetRequiredValue(_grant), Run = parsed.GetRequiredValue(_run), Reason = parsed.GetRequiredValue(_reason) };
        return new AdminRequest(HttpMethod.Post, "/runs/lift", JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.LiftRunRequest));
    }

    protected override void Show(WatchedRun answer, Connection connection, Screen screen)
    {
        screen.Line($"Run {Printable.Of(answer.Run)} of {answer.Grant} goes on from its next call.");
        screen.Remark("If it goes round in circles it climbs again. See: causeway run list");
    }
}
