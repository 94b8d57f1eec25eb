using System.CommandLine;
using Causeway.Admin.Grants;

namespace Causeway.Commands;

/// <summary><c>causeway grant impact</c></summary>
internal sealed class GrantImpactCommand : ClientVerb<GrantImpact>
{
    private static readonly Column[] s_columns = [new("TEAM", ColumnKind.Name), new("FEATURE"), new("ENV"), new("REQUESTS", ColumnKind.Number), new("COST", ColumnKind.Number)];
    private readonly Argument<string> _id = new("ID") { Description = "The grant's id." };

    public GrantImpactCommand(Surroundings surroundings)
        : base("impact", "Say what would stop with a grant, before it is suspended or revoked.", surroundings)
    {
        Add(_id);
        Takes([], "causeway grant impact grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get($"/grants/{Uri.EscapeDataString(parsed.GetRequiredValue(_id))}/impact");

    protected override void Show(GrantImpact answer, Connection connection, Screen screen)
    {
        screen.Line($"With it stop {Figures.Plural(answer.Grants, "grant")} below, {Figures.Count(answer.Keys)} active keys and {Figures.Count(answer.OpenRequests)} requests that are being answered.");
        screen.Line($"In the last 24 hours: {Figures.Plural(answer.Requests, "request")}, {Figures.Cost(answer.CostNanoUsd)}.");
        if (answer.UsedBy.Count > 0)
        {
            screen.Line();
            screen.Table(s_columns, answer.UsedBy.Select(one => (IReadOnlyList<string>)[one.Team, one.Feature, one.Env, Figures.Count(one.Requests), Figures.Cost(one.CostNanoUsd)]));
        }
    }
}
