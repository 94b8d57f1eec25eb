using System.Text.Json;

namespace Causeway.Acceptance.Processes;

/// <summary>A verb that was run to its end.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Its output as JSON. The verb must have succeeded.</summary>
    public JsonElement Json
    {
        get
        {
            Assert.True(ExitCode == 0, $"It ended with {ExitCode}.\n{Output}\n{Error}");
            return JsonElement.Parse(Output);
        }
    }

    public static async Task<CommandRun> OfAsync(string workingFolder, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        await using var process = CausewayProcess.Start(workingFolder, environment, arguments);
        int exitCode = await process.EndAsync();
        return new CommandRun(exitCode, process.Output.Text, process.Error.Text);
    }
}
