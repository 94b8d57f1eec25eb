using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Cli;

/// <summary>Invariant 14 of releases: every call that reached a provider for a release is in its report, by what became of it. The providers count too, and know nothing of the books.</summary>
public sealed class BlastCountTests(House house) : IClassFixture<House>
{
    private const int Served = 4;
    private const int Failed = 3;
    private const int Cut = 2;
    private const int Taken = 2;
    private const int Copies = 5;

    [Fact]
    public async Task Calls_of_the_release_are_those_served_failed_cut_taken_from_it_and_copied()
    {
        string good = await house.Gateway.NewReleaseAsync("openai/gpt-5.4-mini");
        string bad = await house.Gateway.NewReleaseAsync("openai/gpt-5.4");
        string model = (await house.Gateway.RunAsync("release", "show", bad, "--json")).Json.GetProperty("pins")[0].GetProperty("model").GetString()!;
        await RunAsync("channel", "new", "n14", "--release", good);
        string plan = Path.Combine(house.DataFolder, "n14.json");
        await File.WriteAllTextAsync(plan, """{"stages":[{"kind":"shadow","ppm":1000000,"max_usd":1000,"min_units":1},{"kind":"named","teams":["met"]}]}""");
        await RunAsync("rollout", "start", "n14", "--to", bad, "--plan", plan, "--skip-drill", "--force", "--reason", "it is rehearsed here");
        (string met, string other) = (await house.Gateway.NewKeyAsync("met"), await house.Gateway.NewKeyAsync("other"));

        await EachAsync(Copies, i => StatusAsync(other, $"copied {i}", 200)); // While nobody meets it.
        await ReachedAsync(model, Copies);
        await RunAsync("rollout", "advance", "n14", "--force", "--reason", "copies are answered");
        await EachAsync(Served, i => StatusAsync(met, $"served {i}", 200));
        await EachAsync(2, i => StatusAsync(other, $"base's {i}", 200)); // The control: none of its.
        await house.Providers.ScriptAsync(new { rules = new[] { new { match = new { model }, then = new { status = 400 } } } });
        await EachAsync(Failed, i => StatusAsync(met, $"failed {i}", 400));
        await house.Providers.ScriptAsync(new { rules = new[] { new { match = new { model }, then = new { cut = new { at_event = 2, how = "fin" } } } } });
        await EachAsync(Cut, i => StatusAsync(met, $"cut {i}", 200, stream: true));
        await house.Providers.ScriptAsync(new { rules = new[] { new { match = new { model }, then = new { delay_ms = 60_000 } } } });
        Task[] waiting = [.. Enumerable.Range(0, Taken).Select(i => StatusAsync(met, $"taken {i}", 200))];
        await ReachedAsync(model, Copies + Served + Failed + Cut + Taken);
        await RunAsync("rollback", "n14", "--streams", "reissue", "--reason", "worse answers");
        await Task.WhenAll(waiting);

        string folder = Path.Combine(house.DataFolder, "n14-report");
        CommandRun blast = await house.Gateway.RunAsync("blast", "n14", "--out", folder, "--json");

        Assert.True(blast.ExitCode == 0, blast.Error + blast.Output);
        Assert.True(blast.Json.GetProperty("complete").GetBoolean());
        Assert.Equal((Served, Failed + Taken, Cut, Copies), (Count("direct"), Count("none"), Count("partial"), Count("shadow")));
        Assert.Equal(await CallsAsync(model), Count("direct") + Count("none") + Count("partial") + Count("shadow"));
        string[] rows = await File.ReadAllLinesAsync(Path.Combine(folder, "requests.jsonl"));
        Assert.Equal(Taken, rows.Count(row => JsonElement.Parse(row) is var json && json.GetProperty("error_code").GetString() == "release_revoked" && json.GetProperty("model").GetString() == model));

        int Count(string exposure) => blast.Json.GetProperty(exposure).GetInt32();
    }

    private async Task RunAsync(params string[] arguments)
    {
        CommandRun run = await house.Gateway.RunAsync(arguments);
        Assert.True(run.ExitCode == 0, run.Error + run.Output);
    }

    private static async Task EachAsync(int count, Func<int, Task> act)
    {
        for (int i = 0; i < count; i++)
        {
            await act(i);
        }
    }

    private async Task StatusAsync(string key, string text, int expected, bool stream = false)
    {
        string body = $$"""{"model":"n14",{{(stream ? "\"stream\":true," : "")}}"messages":[{"role":"user","content":"{{text}}"}]}""";
        (int status, string answer, _) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, body);
        Assert.True(status == expected, $"{text}: {status} {answer}");
    }

    private async Task<int> CallsAsync(string model) =>
        (await house.Providers.RequestsAsync()).Count(request => JsonElement.Parse(request.Body).GetProperty("model").GetString() == model);

    // Until so many are there: each look waits for the providers.
    private async Task ReachedAsync(string model, int calls)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        while (await CallsAsync(model) < calls)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }
}
