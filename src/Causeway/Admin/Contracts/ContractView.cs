using System.ComponentModel;
using Causeway.Contracts.Registry;
using Causeway.Gateway.Policy;

namespace Causeway.Admin.Contracts;

/// <summary>One version of a contract as it is shown; the schema is shown apart, since it is long.</summary>
internal sealed record ContractView(
    [property: Description("The contract's name.")] string Name,
    [property: Description("From 1. A version never changes.")] int Version,
    [property: Description("ctr_ and the SHA-256 of schema and policy.")] string Id,
    [property: Description("sch_ and the SHA-256 of the schema.")] string SchemaDigest,
    [property: Description("What is mended in an answer without asking the model again.")] IReadOnlyList<string> Coerce,
    [property: Description("What is done about a violation, in this order.")] IReadOnlyList<string> OnViolation,
    [property: Description("How often one model is asked to repair its answer.")] int Repairs,
    [property: Description("When it was registered.")] DateTimeOffset CreatedAt)
{
    /// <summary><c>NAME@VERSION</c>.</summary>
    public string FullName() => $"{Name}@{Version}";

    public static ContractView Of(Contract contract) => new(
        contract.Name,
        contract.Version,
        contract.Id.ToString(),
        contract.Schema.Digest.ToString(),
        [.. PolicyWords.WordsOf(contract.Policy.Coerce)],
        [.. contract.Policy.OnViolation.Select(PolicyWords.WordOf)],
        contract.Policy.Repairs,
        contract.CreatedAt);

    public static ContractView Of(ServedContract served) => Of(served.Contract);
}
