using System.CommandLine;
using System.Globalization;
using Causeway.Admin.Grants;

namespace Causeway.Commands;

/// <summary><c>causeway grant branch</c></summary>
internal sealed class GrantBranchCommand : ClientVerb<GrantBranches>
{
    private static readonly Column[] s_columns = [new("GRANT", ColumnKind.Name), new("HOLDER"), new("RIGHT BELOW", ColumnKind.Number), new("BELOW", ColumnKind.Number), new("LIMITS"), new("STATE")];
    private readonly Argument<string?> _under = new("GRANT") { Description = "Below which grant. Default: those with nothing above them", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _all = new("--all") { Description = "Revoked and expired ones too." };
    private readonly Option<int?> _limit = new("--limit") { HelpName = "COUNT", Description = "How many at most, up to 1000. Default: 100" };
    private readonly Option<string?> _after = new("--after") { HelpName = "CURSOR", Description = "Where the page before said to go on." };

    public GrantBranchCommand(Surroundings surroundings)
        : base("branch", "Show the grants right below one, with how many are below each: for trees that are too large to be shown whole.", surroundings)
    {
        Add(_under);
        Takes([_all, _limit, _after], "causeway grant branch", "causeway grant branch grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --limit 20");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/grants/branches",
        ("under", parsed.GetValue(_under)),
        ("all", parsed.GetValue(_all) ? "true" : null),
        ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture)),
        ("after", parsed.GetValue(_after)));

    protected override void Show(GrantBranches answer, Connection connection, Screen screen)
    {
        GrantBranch branch = answer.Branches[0];
        if (branch.Grants.Count == 0)
        {
            screen.Line(branch.Under is null ? "There is no grant. Make one with: causeway grant new --holder team/TEAM --env dev --usd 10/month" : "Nothing is below it.");
            return;
        }

        screen.Table(s_columns, branch.Grants.Select(grant => (IReadOnlyList<string>)
        [
            grant.Id, grant.Holder, Figures.Count(grant.Children ?? 0), Figures.Count(grant.Below ?? 0), string.Join(", ", grant.Limits.Select(limit => limit.Text)), grant.Status,
        ]));
        screen.Remark($"{Figures.Count(branch.Grants.Count)} of {Figures.Count(branch.Total)} here, of {Figures.Count(answer.All)} altogether.");
        if (branch.Next is { } next)
        {
            screen.Remark($"There are more: add --after {next}");
        }
    }
}
