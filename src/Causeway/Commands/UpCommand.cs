using System.CommandLine;

namespace Causeway.Commands;

/// <summary>What <c>causeway up</c> was asked for.</summary>
/// <param name="ConfigFile">The configuration; null: <c>./causeway.yaml</c> where it exists, else none.</param>
/// <param name="DataDirectory">Where a server without a configuration keeps its data; null: the default.</param>
/// <param name="Listen">Where a server without a configuration listens; null: the default.</param>
/// <param name="ResetAdminToken">Replace the generated administrator's token.</param>
internal sealed record UpOptions(string? ConfigFile, string? DataDirectory, string? Listen, bool ResetAdminToken);

/// <summary><c>causeway up</c></summary>
internal static class UpCommand
{
    public static Command Create(Func<UpOptions, CancellationToken, Task<int>> run)
    {
        Option<string?> config = new("--config") { HelpName = "FILE", Description = "The configuration. Default: ./causeway.yaml where it exists; with none, SQLite and simulated providers." };
        Option<string?> data = new("--data") { HelpName = "DIR", Description = "Without a configuration: where the data is kept. Default: ./causeway-data" };
        Option<string?> listen = new("--listen") { HelpName = "HOST:PORT", Description = "Without a configuration: where to listen. Default: 127.0.0.1:8080" };
        Option<bool> reset = new("--reset-admin-token") { Description = "Replace the generated administrator's token and print the new one. The old one ends at once." };
        var command = new Command("up", "Start the server.") { config, data, listen, reset };
        command.Validators.Add(result =>
        {
            foreach (Option<string?> option in new[] { data, listen })
            {
                if (result.GetResult(config) is not null && result.GetResult(option) is not null)
                {
                    result.AddError($"{option.Name} has no effect beside --config: write it into the configuration (docs/configuration.md).");
                }
            }
        });
        command.SetAction((parsed, cancellation) => run(
            new UpOptions(parsed.GetValue(config), parsed.GetValue(data), parsed.GetValue(listen), parsed.GetValue(reset)), cancellation));
        return command.WithExamples("causeway up", "causeway up --config /etc/causeway/causeway.yaml", "causeway up --listen 127.0.0.1:9000 --data /var/tmp/causeway");
    }
}
