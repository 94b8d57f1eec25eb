using System.CommandLine;

namespace Causeway.Commands;

/// <summary><c>causeway contract</c></summary>
internal static class ContractCommand
{
    public static Command Create(Surroundings surroundings) => new("contract", "Check, register, test and follow contracts: the JSON Schemas that answers have to follow.")
    {
        new ContractCheckCommand(surroundings),
        new ContractRegisterCommand(surroundings),
        new ContractListCommand(surroundings),
        new ContractShowCommand(surroundings),
        new ContractOutcomesCommand(surroundings),
        new ContractTestCommand(surroundings),
    };
}
