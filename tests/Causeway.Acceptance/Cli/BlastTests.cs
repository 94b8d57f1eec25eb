using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Cli;

/// <summary>
/// J1: what a blast report says of a release, against what its callers saw. 4,000 requests in every run; CAUSEWAY_SOAK has the million, of which the release answered 37,412, its cache 1,208, and
/// 5,000 went on with its answers. That one deleted record makes it incomplete is shown where records can be deleted (BlastCommandTests).
/// </summary>
public sealed class BlastTests(House house) : IClassFixture<House>
{
    private const int Callers = 16;
    private static readonly (int All, int Direct, int Cached, int Inherited) s_size =
        Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is null ? (4_000, 150, 5, 20) : (1_000_000, 37_412, 1_208, 5_000);

    private readonly ConcurrentDictionary<string, string> _answered = new(); // How, by the request's id.

    [Fact]
    public async Task A_report_names_every_request_by_how_it_met_the_release_within_a_minute_and_512_MiB()
    {
        string good = await house.Gateway.NewReleaseAsync("openai/gpt-5.4-mini");
        string bad = await house.Gateway.NewReleaseAsync("openai/gpt-5.4");
        await RunAsync("channel", "new", "j1", "--release", good);
        await RunAsync("cache", "set", "j1", "--ttl", "1h");
        await RunAsync("conversation", "set", "j1", "--policy", "migrate");
        string plan = Path.Combine(house.DataFolder, "plan.json");
        await File.WriteAllTextAsync(plan, """{"stages":[{"kind":"named","teams":["met"]}]}""");
        await RunAsync("rollout", "start", "j1", "--to", bad, "--plan", plan, "--skip-drill", "--force", "--reason", "it is rehearsed here");
        string met = await house.Gateway.NewKeyAsync("met");
        string other = await house.Gateway.NewKeyAsync("other");

        int others = s_size.All - s_size.Direct - s_size.Cached - s_size.Inherited;
        await EachAsync(s_size.Direct, i => SayAsync(met, $"direct {i}", i < s_size.Inherited ? $"s-{i}" : null, bad, "direct"));
        await EachAsync(s_size.Cached, i => SayAsync(met, $"direct {s_size.Direct - 1}", null, bad, "cached"));
        await EachAsync(others, i => SayAsync(other, $"other {i}", null, good, "other"));
        await RunAsync("rollback", "j1", "--reason", "worse answers");
        await EachAsync(s_size.Inherited, i => SayAsync(met, $"direct {i}, and then", $"s-{i}", good, "inherited"));

        string folder = Path.Combine(house.DataFolder, "report");
        DateTimeOffset began = DateTimeOffset.UtcNow;
        CommandRun blast = await CommandRun.OfAsync(
            house.DataFolder,
            new Dictionary<string, string>
            {
                ["CAUSEWAY_URL"] = house.Gateway.Welcome.Admin.GetLeftPart(UriPartial.Authority),
                ["CAUSEWAY_TOKEN"] = house.Gateway.AdminToken,
                ["DOTNET_GCHeapHardLimit"] = "20000000", // Hexadecimal: 512 MiB, beyond which it would end.
            },
            "blast", "j1", "--release", bad, "--out", folder, "--json");
        TimeSpan took = DateTimeOffset.UtcNow - began;

        Assert.True(blast.ExitCode == 0, blast.Error);
        Assert.True(took < TimeSpan.FromSeconds(60), $"It took {took.TotalSeconds:0} s.");
        Assert.True(blast.Json.GetProperty("complete").GetBoolean());
        Assert.Equal(s_size.All, blast.Json.GetProperty("requests_of_channel").GetInt64());
        Assert.Equal(s_size.All, _answered.Count);
        Dictionary<string, string> said = [];
        int turns = 0;
        await foreach (string line in File.ReadLinesAsync(Path.Combine(folder, "requests.jsonl")))
        {
            JsonElement row = JsonElement.Parse(line);
            said.Add(row.GetProperty("request").GetString()!, row.GetProperty("exposure").GetString()!);
            turns += row.GetProperty("conversation").ValueKind == JsonValueKind.String ? 1 : 0;
        }

        Assert.Equal((s_size.Direct, s_size.Cached, s_size.Inherited), (Count("direct"), Count("cached"), Count("inherited")));
        Assert.Equal(2 * s_size.Inherited, turns); // The conversations, once with each release.
        Assert.Equal(_answered.Where(one => one.Value != "other").OrderBy(one => one.Key, StringComparer.Ordinal), said.OrderBy(one => one.Key, StringComparer.Ordinal));

        int Count(string exposure) => said.Values.Count(one => one == exposure);
    }

    private async Task RunAsync(params string[] arguments)
    {
        CommandRun run = await house.Gateway.RunAsync(arguments);
        Assert.True(run.ExitCode == 0, run.Error + run.Output);
    }

    private static Task EachAsync(int count, Func<int, Task> act) => Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (i, _) => await act(i));

    private async Task SayAsync(string key, string text, string? session, string release, string how)
    {
        using HttpRequestMessage request = Ask.Request(house.Gateway, key, Ask.Chat, $$"""{"model":"j1","messages":[{"role":"user","content":"{{text}}"}]}""");
        if (session is not null)
        {
            request.Headers.TryAddWithoutValidation("x-causeway-session", session);
        }

        (int status, string body, HttpResponseHeaders headers) = await Ask.SendAsync(request);
        Assert.True(status == 200, body);
        Assert.Equal((release, how == "cached"), (headers.GetValues("x-causeway-release").Single(), headers.TryGetValues("x-causeway-cache", out IEnumerable<string>? cache) && cache.Single().StartsWith("hit", StringComparison.Ordinal)));
        Assert.True(_answered.TryAdd(headers.GetValues("x-causeway-request").Single(), how));
    }
}
