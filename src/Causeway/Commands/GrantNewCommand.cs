using System.CommandLine;
using Causeway.Admin.Grants;

namespace Causeway.Commands;

/// <summary><c>causeway grant new</c></summary>
internal sealed class GrantNewCommand : ClientVerb<GrantView>
{
    private readonly GrantOptions _grant = new();

    public GrantNewCommand(Surroundings surroundings)
        : base("new", "Make a grant: who may have which inference happen, how much, until when.", surroundings) => Takes(
            _grant.All,
            "causeway grant new --holder team/support --env prod --usd 500/month --class standard,small --data internal",
            "causeway grant new --holder team/search --env dev --tokens 2M/day --requests 1000/hour --concurrent 8",
            "causeway grant new --holder team/support --env prod --usd 500/month --pace 20%/10m --tz Europe/Berlin --json | jq -r .id");

    protected override AdminRequest Ask(ParseResult parsed) => _grant.Request(parsed, parent: null, carve: false);

    protected override void Show(GrantView answer, Connection connection, Screen screen) => GrantReport.Made(answer, screen);
}
