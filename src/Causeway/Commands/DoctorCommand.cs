using System.CommandLine;

namespace Causeway.Commands;

/// <summary>What <c>causeway doctor</c> was asked for.</summary>
/// <param name="ConfigFile">The configuration; null: <c>./causeway.yaml</c> where it exists, else none.</param>
internal sealed record DoctorOptions(string? ConfigFile);

/// <summary><c>causeway doctor</c></summary>
internal static class DoctorCommand
{
    public static Command Create(Func<DoctorOptions, CancellationToken, Task<int>> run)
    {
        Option<string?> config = new("--config") { HelpName = "FILE", Description = "The configuration to look at. Default: ./causeway.yaml where it exists." };
        var command = new Command("doctor", "Look for what would keep a server from working, and say how to mend it.") { config };
        command.SetAction((parsed, cancellation) => run(new DoctorOptions(parsed.GetValue(config)), cancellation));
        return command.WithExamples("causeway doctor", "causeway doctor --config /etc/causeway/causeway.yaml");
    }
}
