using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.Documents;

/// <summary>The code of docs/capability-keys.md in the languages that are not ours, run against the shared vectors. That in C# runs in the room's own tests.</summary>
public sealed partial class CapabilityKeyGuideTests : IDisposable
{
    // Each script narrows the first vector to every other, and uses the helpers that write values.
    private const string PythonCases = """
        import json, sys
        from snippet import expires_in, max_total, models, narrow

        with open(sys.argv[1]) as file:
            good = json.load(file)["good"]
        keys = [narrow(good[0]["key"], *((c["number"], bytes.fromhex(c["value"])) for c in each["caveats"])) for each in good]
        try:
            narrow(good[0]["key"][:-1] + "x", models("a"))
            refused = False
        except ValueError:
            refused = True
        made = narrow(good[0]["key"], expires_in(600), models("gpt-5.4-*", "anthropic/claude-haiku-5-5"), max_total(500_000_000))
        print(json.dumps({"keys": keys, "refused": refused, "made": made}))
        """;

    private const string NodeCases = """
        import { readFileSync } from "node:fs";
        import { expiresIn, maxTotal, models, narrow } from "./snippet.ts";

        const { good } = JSON.parse(readFileSync(process.argv[2], "utf8"));
        const keys = good.map((each) => narrow(good[0].key, ...each.caveats.map((c) => [c.number, Buffer.from(c.value, "hex")])));
        let refused = false;
        try {
          narrow(good[0].key.slice(0, -1) + "x", models("a"));
        } catch {
          refused = true;
        }
        const made = narrow(good[0].key, expiresIn(600), models("gpt-5.4-*", "anthropic/claude-haiku-5-5"), maxTotal(500_000_000n));
        console.log(JSON.stringify({ keys, refused, made }));
        """;

    private static readonly string s_vectors = Path.Combine(Repository.Root, "tests/Causeway.Budgets.Tests/Keys/Capabilities/vectors.json");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task The_Python_of_the_guide_narrows_as_the_vectors_have_it() => CheckAsync("python", "snippet.py", "cases.py", PythonCases, Python());

    [Fact]
    public Task The_TypeScript_of_the_guide_narrows_as_the_vectors_have_it() => CheckAsync("ts", "snippet.ts", "cases.mjs", NodeCases, NodeSdk.Node());

    [Theory]
    [InlineData("python")]
    [InlineData("ts")]
    [InlineData("csharp")]
    public async Task A_snippet_is_short_enough_to_be_read(string language) => Assert.InRange((await SnippetAsync(language)).Count('\n'), 10, 40);

    private async Task CheckAsync(string language, string snippet, string script, string cases, string program)
    {
        await File.WriteAllTextAsync(_folder[snippet], await SnippetAsync(language));
        await File.WriteAllTextAsync(_folder[script], cases);

        JsonElement printed = await RunAsync(program, _folder[script], s_vectors);

        using var vectors = JsonDocument.Parse(await File.ReadAllTextAsync(s_vectors));
        JsonElement[] good = [.. vectors.RootElement.GetProperty("good").EnumerateArray()];
        Assert.True(good.Length > 20);
        Assert.Equal(good.Select(each => each.GetProperty("key").GetString()), printed.GetProperty("keys").EnumerateArray().Select(key => key.GetString()));
        Assert.True(printed.GetProperty("refused").GetBoolean());
        await CheckMadeAsync(printed.GetProperty("made").GetString()!);
    }

    // The executable reads what the script made, with the values in the script's own hand.
    private async Task CheckMadeAsync(string key)
    {
        CommandRun verified = await CommandRun.OfAsync(_folder.Path, new Dictionary<string, string> { ["CAUSEWAY_KEY"] = key }, "key", "verify", "--json");

        JsonElement[] caveats = [.. verified.Json.GetProperty("caveats").EnumerateArray()];
        Assert.Equal(["exp", "model", "max_total"], caveats.Select(caveat => caveat.GetProperty("type").GetString()));
        Assert.Equal(["anthropic/claude-haiku-5-5, gpt-5.4-*", "0.5"], caveats[1..].Select(caveat => caveat.GetProperty("value").GetString()));
        DateTimeOffset end = verified.Json.GetProperty("expires_at").GetDateTimeOffset();
        Assert.InRange(end, DateTimeOffset.UtcNow.AddMinutes(5), DateTimeOffset.UtcNow.AddMinutes(10));
    }

    private static async Task<JsonElement> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"{Path.GetFileName(program)} failed:\n{await error}");
        return JsonElement.Parse(await output);
    }

    private static async Task<string> SnippetAsync(string language)
    {
        string guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/capability-keys.md"));
        return Snippets().Matches(guide).Single(match => match.Groups["language"].Value == language).Groups["code"].Value;
    }

    /// <summary>Python 3. Where it is missing the test is skipped, or fails in continuous integration.</summary>
    private static string Python()
    {
        string? found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "python3")).FirstOrDefault(File.Exists);
        if (found is null && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail("There is no python3; eng/test installs it.");
        }

        Assert.SkipWhen(found is null, "There is no python3; eng/test installs it.");
        return found!;
    }

    [GeneratedRegex("^```(?<language>python|ts|csharp)\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Snippets();
}
