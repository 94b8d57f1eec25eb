using System.CommandLine;

namespace Causeway.Commands;

/// <summary>What <c>causeway doctor</c> was asked for.</summary>
/// <param name="ConfigFile">The configuration; null: <c>./causeway.yaml</c> where it exists, else none.</param>
/// <param name="Json">For a machine instead of a person.</param>
internal sealed record DoctorOptions(string? ConfigFile, bool Json);

/// <summary><c>causeway doctor</c></summary>
internal static class DoctorCommand
{
    public static Command Create(Func<DoctorOptions, CancellationToken, Task<int>> run)
    {
        Option<string?> config = new("--config") { HelpName = "FILE", Description = "The configuration to look at. Default: ./causeway.yaml where it exists." };
        Option<bool> json = new("--json") { Description = "Print the findings as JSON." };
        var command = new Command("doctor", "Look for what would keep a server from working, and say how to mend it.") { config, json };
        command.SetAction((parsed, cancellation) => run(new DoctorOptions(parsed.GetValue(config), parsed.GetValue(json)), cancellation));
        return command.WithExamples("causeway doctor", "causeway doctor --config /etc/causeway/causeway.yaml");
    }
}
