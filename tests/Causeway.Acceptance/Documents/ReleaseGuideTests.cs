using System.Diagnostics;
using System.Text.RegularExpressions;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Documents;

/// <summary>docs/releases.md, run from top to bottom as a reader would.</summary>
public sealed partial class ReleaseGuideTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_command_of_the_guide_prints_what_the_guide_says()
    {
        string guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "releases.md"));
        MatchCollection blocks = Blocks().Matches(guide);
        await using RunningGateway gateway = await RunningGateway.FromNothingAsync(_folder.Path);
        Assert.True(blocks.Count(block => block.Groups["language"].Value == "sh") >= 8);

        foreach (Match block in blocks)
        {
            string text = block.Groups["text"].Value;
            if (block.Groups["language"].Value == "yaml")
            {
                await File.WriteAllTextAsync(_folder["policy.yaml"], text);
            }
            else
            {
                string printed = await ShellAsync(text, gateway);
                if (block.Groups["output"].Success)
                {
                    Assert.Equal(Steady(block.Groups["output"].Value), Steady(printed.Replace(gateway.Address.AbsoluteUri.TrimEnd('/'), "http://127.0.0.1:8080", StringComparison.Ordinal)));
                }
            }
        }
    }

    private async Task<string> ShellAsync(string script, RunningGateway gateway)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec 2>&1\n{script}"]) { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = _folder.Path };
        start.Environment["PATH"] = $"{Path.GetDirectoryName(Executable.Path)}:{start.Environment["PATH"]}";
        start.Environment["CAUSEWAY_URL"] = gateway.Address.AbsoluteUri;
        start.Environment["CAUSEWAY_TOKEN"] = gateway.AdminToken;
        using Process shell = Process.Start(start)!;
        string output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output;
    }

    private static string Steady(string text) => Times().Replace(text, "TIME");

    // A block of commands or YAML and, where a block without a language follows, what it prints.
    [GeneratedRegex("^```(?<language>sh|yaml)\n(?<text>.*?)^```\n(\n```\n(?<output>.*?)^```\n)?", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blocks();

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC", RegexOptions.NonBacktracking)]
    private static partial Regex Times();
}
