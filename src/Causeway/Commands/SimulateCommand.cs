using System.CommandLine;

namespace Causeway.Commands;

/// <summary>What <c>causeway simulate</c> was asked for.</summary>
/// <param name="Listen">ADDRESS:PORT.</param>
internal sealed record SimulateOptions(string Listen);

/// <summary><c>causeway simulate</c></summary>
internal static class SimulateCommand
{
    public static Command Create(Func<SimulateOptions, CancellationToken, Task<int>> run)
    {
        Option<string> listen = new("--listen") { HelpName = "ADDRESS:PORT", Description = "Where to listen.", DefaultValueFactory = _ => "127.0.0.1:8090" };
        var command = new Command("simulate", "Run the simulated providers alone: every protocol, no account, no cost.") { listen };
        command.SetAction((parsed, cancellation) => run(new SimulateOptions(parsed.GetRequiredValue(listen)), cancellation));
        return command.WithExamples("causeway simulate", "causeway simulate --listen 127.0.0.1:9090");
    }
}
