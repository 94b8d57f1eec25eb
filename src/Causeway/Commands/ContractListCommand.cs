using System.CommandLine;
using Causeway.Admin.Contracts;

namespace Causeway.Commands;

/// <summary><c>causeway contract list</c></summary>
internal sealed class ContractListCommand : ClientVerb<ContractList>
{
    private static readonly Column[] s_columns = [new("CONTRACT", ColumnKind.Name), new("VERSION", ColumnKind.Number), new("MAY MEND"), new("ON VIOLATION"), new("REPAIRS", ColumnKind.Number), new("REGISTERED")];

    public ContractListCommand(Surroundings surroundings)
        : base("list", "List contracts, the newest version of each.", surroundings) =>
        Takes([], "causeway contract list", "causeway contract list --json | jq -r '.contracts[].name'");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/contracts");

    protected override void Show(ContractList answer, Connection connection, Screen screen)
    {
        if (answer.Contracts.Count == 0)
        {
            screen.Line("There are no contracts. Register one with: causeway contract register NAME FILE");
            return;
        }

        screen.Table(s_columns, answer.Contracts.Select(Row));
    }

    private static IReadOnlyList<string> Row(ContractView contract) =>
    [
        contract.Name,
        Figures.Count(contract.Version),
        contract.Coerce.Count == 0 ? "nothing" : string.Join(", ", contract.Coerce),
        string.Join(", ", contract.OnViolation),
        Figures.Count(contract.Repairs),
        Figures.Time(contract.CreatedAt),
    ];
}
