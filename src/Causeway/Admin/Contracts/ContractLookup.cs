using System.Globalization;
using Causeway.Gateway.Policy;

namespace Causeway.Admin.Contracts;

/// <summary>The version that a name means, with or without <c>@VERSION</c>.</summary>
/// <param name="Contract">The one; null: there is none.</param>
/// <param name="Message">What is wrong and what to do; null: nothing is.</param>
internal sealed record ContractLookup(ServedContract? Contract, string? Message = null)
{
    /// <summary>The answer to a name that no contract has.</summary>
    public Problem Problem => new(AdminError.ContractUnknown, Message!);

    public static ContractLookup ByName(string text, ServedContracts contracts)
    {
        if (contracts.Find(text) is { } served)
        {
            return new ContractLookup(served);
        }

        string name = text.Split('@')[0];
        return contracts.Find(name) is { } newest
            ? new ContractLookup(null, string.Create(
                CultureInfo.InvariantCulture,
                $"Contract \"{name}\" has no version \"{Printable.Cut(text[(name.Length + 1)..])}\"; it has 1 to {newest.Contract.Version}. Show them with: causeway contract show {name}"))
            : new ContractLookup(null, $"No contract is called \"{Printable.Cut(name)}\"{Nearest.End(name, contracts.Names)} List them with: causeway contract list");
    }
}
