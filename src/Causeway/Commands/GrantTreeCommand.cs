using System.CommandLine;
using System.Globalization;
using Causeway.Admin.Grants;

namespace Causeway.Commands;

/// <summary><c>causeway grant tree</c></summary>
internal sealed class GrantTreeCommand : ClientVerb<GrantList>
{
    private readonly Argument<string?> _below = new("GRANT") { Description = "Only this grant and those below it.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _holder = new("--holder") { HelpName = "HOLDER", Description = "Only those of team/NAME or feature/NAME." };
    private readonly Option<string?> _find = new("--find") { HelpName = "TEXT", Description = "Only those whose holder or id has this in it, with those above them." };
    private readonly Option<int?> _depth = new("--depth") { HelpName = "LEVELS", Description = "How many levels below the top. Default: all" };
    private readonly Option<bool> _all = new("--all") { Description = "Revoked and expired ones too." };
    private readonly Option<bool> _driest = new("--driest") { Description = "Those with the least left first, not as a tree." };
    private readonly Option<int?> _limit = new("--limit") { HelpName = "COUNT", Description = "How many at most, up to 10000. Default: 1000" };

    public GrantTreeCommand(Surroundings surroundings)
        : base("tree", "Show grants as a tree: how much there is, used, held, in doubt and left.", surroundings)
    {
        Add(_below);
        Takes([_holder, _find, _depth, _all, _driest, _limit], "causeway grant tree", "causeway grant tree --depth 0", "causeway grant tree --find triage", "causeway grant tree --holder team/support", "causeway grant tree --driest --limit 20", "causeway grant tree --json | jq '.grants[] | {id, limits}'");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/grants",
        ("below", parsed.GetValue(_below)),
        ("holder", parsed.GetValue(_holder)),
        ("find", parsed.GetValue(_find)),
        ("depth", parsed.GetValue(_depth)?.ToString(CultureInfo.InvariantCulture)),
        ("all", parsed.GetValue(_all) ? "true" : null),
        ("order", parsed.GetValue(_driest) ? "driest" : null),
        ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture)));

    protected override void Show(GrantList answer, Connection connection, Screen screen)
    {
        if (answer.Grants.Count == 0)
        {
            screen.Line("There are no such grants. Make one with: causeway grant new --holder team/TEAM --env dev --usd 10/month");
            return;
        }

        GrantReport.Tree(answer.Grants, screen);
        if (answer.Matching is { } matching && matching > answer.Grants.Count(grant => grant.Matches is true))
        {
            screen.Remark($"{Figures.Count(matching)} match: say more of the name, or raise --limit.");
        }
    }
}
