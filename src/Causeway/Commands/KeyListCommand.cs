using System.CommandLine;
using System.Globalization;
using Causeway.Admin.Keys;
using Causeway.Budgets.Keys;

namespace Causeway.Commands;

/// <summary><c>causeway key list</c></summary>
internal sealed class KeyListCommand : ClientVerb<KeyPage>
{
    private static readonly Column[] s_columns =
        [new("ID", ColumnKind.Name), new("KEY"), new("TEAM"), new("FEATURE"), new("ENV"), new("STATE"), new("CREATED"), new("ENDS")];

    private static readonly Column s_centre = new("COST CENTRE");

    private readonly Option<string?> _team = new("--team") { HelpName = "TEAM", Description = "Only this team's." };
    private readonly Option<string?> _feature = new("--feature") { HelpName = "FEATURE", Description = "Only this feature's." };
    private readonly Option<string?> _env = new("--env") { HelpName = "ENV", Description = "Only this environment's." };
    private readonly Option<string?> _centre = new("--cost-centre") { HelpName = "CENTRE", Description = "Only those of this cost centre." };
    private readonly Option<string?> _state = new("--state") { HelpName = "STATE", Description = "active, expired, revoked or all. Default: all" };
    private readonly Option<int?> _limit = new("--limit") { HelpName = "COUNT", Description = "How many at most, up to 1000. Default: 200" };
    private readonly Option<string?> _cursor = new("--cursor") { HelpName = "CURSOR", Description = "Where the page before said to go on." };

    public KeyListCommand(Surroundings surroundings)
        : base("list", "List keys, newest first.", surroundings)
    {
        Takes([_team, _feature, _env, _centre, _state, _limit, _cursor], "causeway key list", "causeway key list --team search --state active", "causeway key list --json | jq -r '.keys[].id'");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/keys",
        ("team", parsed.GetValue(_team)),
        ("feature", parsed.GetValue(_feature)),
        ("env", parsed.GetValue(_env)),
        ("cost_centre", parsed.GetValue(_centre)),
        ("state", parsed.GetValue(_state)),
        ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture)),
        ("cursor", parsed.GetValue(_cursor)));

    protected override void Show(KeyPage answer, Connection connection, Screen screen)
    {
        if (answer.Keys.Count == 0)
        {
            screen.Line("There are no such keys. Make one with: causeway key new --team TEAM --feature FEATURE --env dev");
            return;
        }

        bool withCentres = answer.Keys.Any(key => key.CostCentre is not null);
        screen.Table([.. s_columns, .. withCentres ? [s_centre] : Array.Empty<Column>()], answer.Keys.Select(key => (IReadOnlyList<string>)
        [
            key.Id, key.Prefix + "…", key.Team, key.Feature, key.Env, StateOf(key), Figures.Time(key.CreatedAt), EndOf(key),
            .. withCentres ? [key.CostCentre ?? ""] : Array.Empty<string>(),
        ]));
        if (answer.Next is { } next)
        {
            screen.Line();
            screen.Remark($"There are more: add --cursor {next}");
        }
    }

    internal static string StateOf(KeyView key) => key.State switch
    {
        KeyState.Active => "active",
        KeyState.Expired => "expired",
        _ => "revoked",
    };

    private static string EndOf(KeyView key) => key.State == KeyState.Revoked ? Figures.Time(key.RevokedAt) : Figures.Time(key.ExpiresAt, "never");
}
