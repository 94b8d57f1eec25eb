using System.Diagnostics;
using System.Text.Json;
using Causeway.Acceptance.Identity;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.Documents;

/// <summary>The program of docs/workloads.md, with the vendor's own SDK: it exchanges a pod's token, keeps the key, and is refused in words.</summary>
public sealed class WorkloadGuideTests(IdentityHouse house) : IClassFixture<IdentityHouse>, IDisposable
{
    private const string Use = """

        const ask = () => client.chat.completions.create({ model: "gpt-5.4-mini", messages: [{ role: "user", content: "hello" }] });
        try {
          await ask();
          const first = kept.key;
          await ask();
          console.log(JSON.stringify({ same: first === kept.key, kind: first.slice(0, 4), refused: null }));
        } catch (error) {
          console.log(JSON.stringify({ refused: `${error.message} ${error.cause?.message ?? ""}` }));
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pods_program_calls_with_a_key_that_it_exchanged_once()
    {
        JsonElement seen = await RunAsync(await house.SignAsync(new { sub = "system:serviceaccount:search:guide" }));

        Assert.Equal((true, "cw1_", null), (seen.GetProperty("same").GetBoolean(), seen.GetProperty("kind").GetString(), seen.GetProperty("refused").GetString()));
        JsonElement[] booked = [.. (await house.Gateway.UsageAsync()).Take(2)];
        Assert.All(booked, one => Assert.Equal(("search", "guide", "dev"), (one.GetProperty("team").GetString(), one.GetProperty("feature").GetString(), one.GetProperty("env").GetString())));
        Assert.Single((await house.Gateway.RunAsync("audit", "--json", "--kind", "token_exchanged")).Json.GetProperty("entries").EnumerateArray(), one => one.GetProperty("detail").GetString()!.Contains("search:guide", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_of_another_namespace_is_refused_with_what_it_holds()
    {
        JsonElement seen = await RunAsync(await house.SignAsync(new { sub = "system:serviceaccount:shop:guide" }));

        Assert.Contains("exchange_no_rule", seen.GetProperty("refused").GetString(), StringComparison.Ordinal);
        Assert.Contains("sub is system:serviceaccount:shop:guide", seen.GetProperty("refused").GetString(), StringComparison.Ordinal);
    }

    private async Task<JsonElement> RunAsync(string token)
    {
        string guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/workloads.md"), TestContext.Current.CancellationToken);
        string program = guide.Split("```js\n")[1].Split("```")[0].Replace("export const client", "const client", StringComparison.Ordinal) + Use;
        await File.WriteAllTextAsync(_folder["program.mjs"], program, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["token"], token + "\n", TestContext.Current.CancellationToken);
        if (!Directory.Exists(_folder["node_modules"]))
        {
            Directory.CreateSymbolicLink(_folder["node_modules"], Path.Combine(Repository.Root, "tests/Causeway.Acceptance/node/node_modules"));
        }

        var start = new ProcessStartInfo(NodeSdk.Node(), [_folder["program.mjs"]]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["CAUSEWAY_URL"] = house.Gateway.Address.GetLeftPart(UriPartial.Authority);
        start.Environment["CAUSEWAY_TOKEN_FILE"] = _folder["token"];
        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, await error);
        return JsonElement.Parse(await output);
    }
}
