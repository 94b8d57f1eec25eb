using System.CommandLine;
using System.Globalization;
using Causeway.Admin;
using Causeway.Admin.Revocations;

namespace Causeway.Commands;

/// <summary><c>causeway key revocations</c></summary>
internal sealed class KeyRevocationsCommand : ClientVerb<RevocationPage>
{
    private static readonly Column[] s_columns = [new("REVOCATION", ColumnKind.Name), new("NARROWED FROM"), new("REVOKED"), new("BY"), new("KEPT UNTIL"), new("REASON")];

    private readonly Option<int?> _limit = new("--limit") { HelpName = "COUNT", Description = "How many at most, up to 1000. Default: 200" };
    private readonly Option<string?> _cursor = new("--cursor") { HelpName = "CURSOR", Description = "Where the page before said to go on." };

    public KeyRevocationsCommand(Surroundings surroundings)
        : base("revocations", "List narrowed keys that were revoked, newest first, until they are over by themselves.", surroundings)
    {
        Takes([_limit, _cursor], "causeway key revocations", "causeway key revocations --json | jq -r '.revocations[].revocation_id'");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/revocations",
        ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture)),
        ("cursor", parsed.GetValue(_cursor)));

    protected override void Show(RevocationPage answer, Connection connection, Screen screen)
    {
        if (answer.Revocations.Count == 0)
        {
            screen.Line("No narrowed key is revoked. Keys that were revoked as a whole: causeway key list --state revoked");
            return;
        }

        screen.Table(s_columns, answer.Revocations.Select(one => (IReadOnlyList<string>)
        [
            one.RevocationId, one.KeyId ?? "not said", Figures.Time(one.RevokedAt), Printable.Of(one.RevokedBy), Figures.Time(one.ExpiresAt, "for good"), Printable.Of(one.Reason ?? ""),
        ]));
        if (answer.Next is { } next)
        {
            screen.Line();
            screen.Remark($"There are more: add --cursor {next}");
        }
    }
}
