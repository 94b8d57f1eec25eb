using System.CommandLine;
using System.Globalization;
using Causeway.Admin;
using Causeway.Admin.Grants;

namespace Causeway.Commands;

/// <summary><c>causeway grant tree</c></summary>
internal sealed class GrantTreeCommand : ClientVerb<GrantList>
{
    private readonly Argument<string?> _below = new("GRANT") { Description = "Only this grant and those below it.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _holder = new("--holder") { HelpName = "HOLDER", Description = "Only those of team/NAME or feature/NAME." };
    private readonly Option<bool> _all = new("--all") { Description = "Revoked and expired ones too." };
    private readonly Option<bool> _driest = new("--driest") { Description = "Those with the least left first, not as a tree." };
    private readonly Option<int?> _limit = new("--limit") { HelpName = "COUNT", Description = "How many at most, up to 10000. Default: 1000" };

    public GrantTreeCommand(Surroundings surroundings)
        : base("tree", "Show grants as a tree: how much there is, used, held, in doubt and left.", AdminJson.Api.GrantList, surroundings)
    {
        Add(_below);
        Takes([_holder, _all, _driest, _limit], "causeway grant tree", "causeway grant tree --holder team/support", "causeway grant tree --driest --limit 20", "causeway grant tree --json | jq '.grants[] | {id, limits}'");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/grants",
        ("below", parsed.GetValue(_below)),
        ("holder", parsed.GetValue(_holder)),
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
    }
}
