using System.CommandLine;
using Causeway.Admin.Policy;

namespace Causeway.Commands;

/// <summary><c>causeway export</c></summary>
internal sealed class ExportCommand : ClientVerb<PolicyView>
{
    private readonly Option<bool> _all = new("--all") { Description = "Also the releases that no channel points at." };

    public ExportCommand(Surroundings surroundings)
        : base("export", "Print releases and channels as the YAML that \"causeway apply\" reads.", surroundings)
    {
        Takes([_all], "causeway export > policy.yaml", "causeway export --all --json", "causeway export focus --month 2026-11 > november.csv");
        Add(new ExportFocusCommand(surroundings));
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/policy", ("format", parsed.GetValue(Json) ? "json" : null), ("releases", parsed.GetValue(_all) ? "all" : null));

    // The document is the answer, whoever reads it.
    protected override bool WantsRaw(ParseResult parsed) => true;

    protected override void Show(PolicyView answer, Connection connection, Screen screen) => throw new InvalidOperationException("The document is printed as it came.");
}
