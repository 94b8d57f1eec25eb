using System.Text.Json;
using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>Three real processes on one PostgreSQL server: what one decides holds for all.</summary>
public sealed class FleetTests(FleetHouse house) : IClassFixture<FleetHouse>
{
    [Fact]
    public async Task What_one_makes_the_others_know_and_what_one_revokes_the_others_refuse()
    {
        for (int i = 0; i < 20; i++)
        {
            RunningGateway here = house.All[i % house.All.Count];
            RunningGateway there = house.All[(i + 1) % house.All.Count];
            CommandRun made = await here.RunAsync("key", "new", "--team", "fleet", "--feature", "f", "--env", "dev", "--json");
            string key = made.Json.GetProperty("key").GetString()!;
            Assert.Equal(200, (await Ask.SendAsync(there, key, Ask.Chat, Ask.ChatBody())).Status);

            Assert.Equal(0, (await here.RunAsync("key", "revoke", made.Json.GetProperty("id").GetString()!)).ExitCode);
            Assert.All(await Task.WhenAll(house.All.Select(one => Ask.SendAsync(one, key, Ask.Chat, Ask.ChatBody()))), answer => Assert.Equal(401, answer.Status));
        }
    }

    [Fact]
    public async Task A_budget_is_one_whoever_is_asked()
    {
        string grant = await house.Gateway.NewGrantAsync("--requests", "30/day");
        string key = await house.Gateway.NewKeyOfAsync(grant);
        (int Status, string Text, System.Net.Http.Headers.HttpResponseHeaders Headers)[] answers =
            await Task.WhenAll(Enumerable.Range(0, 90).Select(i => Ask.SendAsync(house.All[i % house.All.Count], key, Ask.Chat, Ask.ChatBody(stream: i % 2 == 0))));

        Assert.Equal(30, answers.Count(answer => answer.Status == 200));
        Assert.Equal(60, answers.Count(answer => answer.Status is 402 or 429));
        foreach (RunningGateway one in house.All)
        {
            await one.UntilUsedAsync(grant, use => Number(use, "committed") == 30 && Number(use, "held") == 0);
        }

        Assert.All(await Task.WhenAll(house.All.Select(one => one.RunAsync("audit", "verify"))), audit => Assert.Equal(0, audit.ExitCode));
    }

    [Fact]
    public async Task A_grant_that_is_suspended_at_one_is_refused_by_all_and_what_runs_is_cut_everywhere()
    {
        string grant = await house.Gateway.NewGrantAsync("--usd", "5/day");
        string key = await house.Gateway.NewKeyOfAsync(grant);
        Assert.Equal(0, (await house.All[1].RunAsync("grant", "suspend", grant, "--reason", "it is enough")).ExitCode);

        Assert.All(
            await Task.WhenAll(house.All.Select(one => Ask.SendAsync(one, key, Ask.Chat, Ask.ChatBody()))),
            answer => Assert.Contains("grant_suspended", answer.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_one_rolls_back_no_other_serves_any_more()
    {
        RunningGateway[] all = [.. house.All];
        string key = await house.Gateway.NewKeyAsync("release");
        string good = await house.Gateway.NewReleaseAsync("openai/gpt-5.4-mini");
        string bad = await house.Gateway.NewReleaseAsync("openai/gpt-5.4");
        Assert.Equal(0, (await all[0].RunAsync("channel", "new", "fleet", "--release", good)).ExitCode);
        CommandRun started = await all[1].RunAsync("rollout", "start", "fleet", "--to", bad, "--percent", "90", "--skip-drill", "--reason", "it is rehearsed here");
        Assert.True(started.ExitCode == 0, started.Error);
        await UntilServedAsync(all, key, bad);

        CommandRun rolled = await all[2].RunAsync("rollback", "fleet", "--reason", "worse answers", "--json");
        Assert.True(rolled.ExitCode == 0, rolled.Error);
        Assert.True(rolled.Json.GetProperty("complete").GetBoolean(), rolled.Output);
        Assert.Equal(all.Length, rolled.Json.GetProperty("instances").GetArrayLength());
        for (int i = 0; i < 30; i++)
        {
            Assert.Equal(good, await ServedAsync(all[i % all.Length], key, $"unit-{i}"));
        }
    }

    [Fact]
    public async Task What_each_has_seen_of_a_candidate_all_of_them_know_and_so_does_one_that_is_started_again()
    {
        const int Units = 30;
        string key = await house.Gateway.NewKeyAsync("guards");
        string good = await house.Gateway.NewReleaseAsync("openai/gpt-5.4-mini");
        string next = await house.Gateway.NewReleaseAsync("openai/gpt-5.4");
        Assert.Equal(0, (await house.Gateway.RunAsync("channel", "new", "guarded", "--release", good)).ExitCode);
        CommandRun started = await house.All[1].RunAsync("rollout", "start", "guarded", "--to", next, "--percent", "50", "--skip-drill", "--reason", "it is rehearsed here");
        Assert.True(started.ExitCode == 0, started.Error);
        for (int unit = 0; unit < Units; unit++)
        {
            await ServedAsync(house.All[unit % 3], key, $"unit-{unit}", "guarded");
        }

        JsonElement[] known = await Task.WhenAll(house.All.Select(one => GuardsAsync(one, Units)));
        await house.RestartAsync(house.All[2]);
        JsonElement again = await GuardsAsync(house.All[2], Units);

        Assert.Single(known.Append(again).Select(guards => (Number(guards, "candidate_requests"), Number(guards, "candidate_units"), Number(guards, "units"))).Distinct());
        Assert.Equal(Units, Number(again, "candidate_requests") + Number(again, "base_requests"));
        Assert.Equal(0, (await house.Gateway.RunAsync("rollout", "abort", "guarded", "--reason", "the test is over")).ExitCode);
    }

    private static async Task<JsonElement> GuardsAsync(RunningGateway gateway, int units)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            CommandRun guards = await gateway.RunAsync("guard", "explain", "guarded", "--json");
            if (guards.ExitCode == 0 && Number(guards.Json, "units") >= units && Number(guards.Json, "candidate_requests") + Number(guards.Json, "base_requests") >= units)
            {
                return guards.Json;
            }

            patience.Token.ThrowIfCancellationRequested();
        }
    }

    // I1, bounded: as much load as three callers make.
    [Fact]
    public async Task A_slice_drill_under_load_costs_no_request_and_opens_the_way_beyond_a_quarter()
    {
        RunningGateway[] all = [.. house.All];
        string key = await house.Gateway.NewKeyAsync("drills");
        string good = await house.Gateway.NewReleaseAsync("openai/gpt-5.4-mini");
        string next = await house.Gateway.NewReleaseAsync("openai/gpt-5.4");
        Assert.Equal(0, (await all[0].RunAsync("channel", "new", "drilled", "--release", good)).ExitCode);
        CommandRun started = await all[1].RunAsync("rollout", "start", "drilled", "--to", next, "--percent", "25");
        Assert.True(started.ExitCode == 0, started.Error);
        Assert.Equal(2, (await all[2].RunAsync("rollout", "advance", "drilled", "--force", "--reason", "without a drill")).ExitCode);

        using CancellationTokenSource over = new();
        Task<int>[] callers = [.. all.Select((one, i) => Task.Run(async () =>
        {
            int answered = 0;
            for (int unit = i; !over.IsCancellationRequested; unit += 3, answered++)
            {
                await ServedAsync(one, key, $"unit-{unit % 300}", "drilled"); // Fails on any other answer than 200.
            }

            return answered;
        }))];
        CommandRun drill = await all[2].RunAsync("drill", "drilled", "--kind", "slice", "--for", "5", "--percent", "20", "--json");
        await over.CancelAsync();
        int[] answered = await Task.WhenAll(callers);

        Assert.True(drill.ExitCode == 0, drill.Output + drill.Error);
        Assert.Equal(("passed", 0, 0), (drill.Json.GetProperty("state").GetString(), drill.Json.GetProperty("errors").GetInt32(), drill.Json.GetProperty("throttled").GetInt32()));
        Assert.InRange(drill.Json.GetProperty("requests").GetInt32(), 1, answered.Sum());
        JsonElement[] instances = [.. drill.Json.GetProperty("instances").EnumerateArray()];
        Assert.Equal(all.Length, instances.Length);
        Assert.All(instances, one => Assert.InRange(one.GetProperty("away_ms").GetInt64(), 0, 1_000));
        Assert.All(instances, one => Assert.InRange(one.GetProperty("back_ms").GetInt64(), 0, 1_000));
        CommandRun advanced = await all[0].RunAsync("rollout", "advance", "drilled", "--force", "--reason", "rehearsed");
        Assert.True(advanced.ExitCode == 0, advanced.Error);
        Assert.Equal(0, (await all[1].RunAsync("rollback", "drilled", "--reason", "the test is over")).ExitCode);
        Assert.Equal(0, (await all[1].RunAsync("timeline", "--verify")).ExitCode);
    }

    private static async Task UntilServedAsync(RunningGateway[] all, string key, string release)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        foreach (RunningGateway one in all)
        {
            for (int unit = 0; await ServedAsync(one, key, $"unit-{unit}") != release; unit++)
            {
                patience.Token.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task<string?> ServedAsync(RunningGateway gateway, string key, string unit, string channel = "fleet")
    {
        string body = $$"""{"model":"{{channel}}","user":"{{unit}}","messages":[{"role":"user","content":"Hello"}]}""";
        (int status, string text, System.Net.Http.Headers.HttpResponseHeaders headers) = await Ask.SendAsync(gateway, key, Ask.Chat, body);
        Assert.True(status == 200, text);
        return headers.GetValues("x-causeway-release").FirstOrDefault();
    }

    [Fact]
    public async Task A_rolling_restart_under_load_loses_no_request()
    {
        string key = await house.Gateway.NewKeyOfAsync(await house.Gateway.NewGrantAsync("--requests", "100000/day"));
        await using Balancer balancer = new(() => house.All);
        using CancellationTokenSource over = new();
        Task<int> load = balancer.LoadAsync(key, over.Token);
        foreach (RunningGateway old in house.All.ToArray())
        {
            await house.RestartAsync(old);
            await balancer.UntilAllAreInAsync();
        }

        await over.CancelAsync();
        int answered = await load;
        Assert.True(answered > 100, $"{answered} requests were answered.");
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
    }

    private static long Number(JsonElement use, string name) => use.GetProperty(name).GetInt64();
}
