using System.CommandLine;
using Causeway.Admin.Providers;
using Causeway.Gateway.Upstream;

namespace Causeway.Commands;

/// <summary><c>causeway providers</c></summary>
internal sealed class ProvidersCommand : ClientVerb<ProviderList>
{
    private static readonly Column[] s_columns =
        [new("PROVIDER", ColumnKind.Name), new("PROTOCOL"), new("ENDPOINT"), new("REGION"), new("DATA"), new("KEY"), new("MODELS", ColumnKind.Number), new("LEFT ALONE")];

    public ProvidersCommand(Surroundings surroundings)
        : base("providers", "The providers that requests can go to.", surroundings) =>
        Takes([], "causeway providers", "causeway providers --json | jq -r '.providers[].name'");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/providers");

    protected override void Show(ProviderList answer, Connection connection, Screen screen) => screen.Table(
        s_columns,
        answer.Providers.Select(provider => (IReadOnlyList<string>)
        [
            provider.Name,
            provider.Protocol,
            provider.Endpoint,
            provider.Region ?? "",
            string.Join(", ", provider.DataClasses),
            provider.HasKey ? "yes" : "none",
            Figures.Count(provider.Models),
            string.Join(", ", provider.Circuits.Where(circuit => circuit.State != PinCircuitState.Closed).Select(circuit => circuit.Model ?? "what it does not list")),
        ]));
}
