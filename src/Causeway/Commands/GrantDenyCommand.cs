using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Raises;
using Causeway.Budgets.Raises;

namespace Causeway.Commands;

/// <summary><c>causeway grant deny</c></summary>
internal sealed class GrantDenyCommand : ClientVerb<RaiseView>
{
    private readonly Argument<string> _id = new("ID") { Description = "The request's id, as \"causeway grant inbox\" shows it." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Required = true, Description = "Why." };

    public GrantDenyCommand(Surroundings surroundings)
        : base("deny", "Deny a request for a raise. Whoever asked takes it back with this.", surroundings)
    {
        Add(_id);
        Takes([_reason], "causeway grant deny raise_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --reason \"the batch can wait for Monday\"");
    }

    protected override AdminRequest Ask(ParseResult parsed) => new(
        HttpMethod.Post,
        $"/raises/{Uri.EscapeDataString(parsed.GetRequiredValue(_id))}/deny",
        JsonSerializer.SerializeToUtf8Bytes(new RaiseDenial { Reason = parsed.GetRequiredValue(_reason) }, AdminJson.Asked.RaiseDenial));

    protected override void Show(RaiseView answer, Connection connection, Screen screen) =>
        screen.Line($"{answer.Id} is {RaiseJson.Word(answer.State)} since {Figures.Time(answer.DecidedAt)}. Nothing is raised.");
}
