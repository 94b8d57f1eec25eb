using System.CommandLine;
using Causeway.Admin.Instance;

namespace Causeway.Commands;

/// <summary><c>causeway operators</c></summary>
internal sealed class OperatorsCommand : ClientVerb<OperatorList>
{
    private static readonly Column[] s_columns = [new("OPERATOR", ColumnKind.Name), new("ROLES")];

    public OperatorsCommand(Surroundings surroundings)
        : base("operators", "Who has a token of their own, and which roles.", surroundings) =>
        Takes([], "causeway operators", "causeway operators --json | jq '.roles[] | select(.role == \"on-call\").may'");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/operators");

    protected override void Show(OperatorList answer, Connection connection, Screen screen) => screen.Table(
        s_columns, answer.Operators.Select(one => (IReadOnlyList<string>)[one.Name, one.Roles is null ? "everything: no roles are given" : string.Join(", ", one.Roles)]));
}
