using Causeway.Acceptance.Books;
using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Deployment;

/// <summary>An older and a newer version beside each other, as an upgrade has them for as long as it takes (docs/operations/deploy.md).</summary>
public sealed class TwoVersionsTests
{
    // Explicit, since the older version has to be built first: eng/side-by-side REVISION.
    [Fact(Explicit = true)]
    public async Task An_upgrade_one_instance_after_the_other_loses_no_request_and_both_versions_see_one_truth()
    {
        await using TwoVersionsHouse house = new();
        await house.InitializeAsync(); // Three of the older version.
        house.Require();
        string key = await house.Gateway.NewKeyOfAsync(await house.Gateway.NewGrantAsync("--requests", "1000000/day"));
        await using Balancer balancer = new(() => house.All);
        using CancellationTokenSource over = new();
        Task<int> load = balancer.LoadAsync(key, over.Token);

        // The newer one migrates the store under the older ones' hands.
        house.StartNewer();
        RunningGateway newer = await house.JoinAsync();
        await balancer.UntilAllAreInAsync();
        await OneTruthAsync(house.Gateway, newer);
        await OneTruthAsync(newer, house.Gateway);

        foreach (RunningGateway old in house.All.Where(one => one != newer).ToArray())
        {
            await house.RestartAsync(old);
            await balancer.UntilAllAreInAsync();
        }

        await over.CancelAsync();
        int answered = await load;
        Assert.True(answered > 100, $"{answered} requests were answered.");
        Assert.All(await Task.WhenAll(house.All.Select(one => one.RunAsync("audit", "verify"))), audit => Assert.Equal(0, audit.ExitCode));
    }

    // What one makes, bounds, revokes and rolls back holds at the other.
    private static async Task OneTruthAsync(RunningGateway here, RunningGateway there)
    {
        string tag = here.Process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        CommandRun made = await here.RunAsync("key", "new", "--team", "both", "--feature", "f", "--env", "dev", "--json");
        string plain = made.Json.GetProperty("key").GetString()!;
        Assert.Equal(200, (await Ask.SendAsync(there, plain, Ask.Chat, Ask.ChatBody())).Status);
        Assert.Equal(0, (await here.RunAsync("key", "revoke", made.Json.GetProperty("id").GetString()!)).ExitCode);
        Assert.All(await Task.WhenAll(((RunningGateway[])[here, there]).Select(one => Ask.SendAsync(one, plain, Ask.Chat, Ask.ChatBody()))), answer => Assert.Equal(401, answer.Status));

        string grant = await here.NewGrantAsync("--requests", "20/day");
        string bounded = await here.NewKeyOfAsync(grant);
        (int Status, string, System.Net.Http.Headers.HttpResponseHeaders)[] answers =
            await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Ask.SendAsync(i % 2 == 0 ? here : there, bounded, Ask.Chat, Ask.ChatBody(stream: i % 3 == 0))));
        Assert.Equal((20, 40), (answers.Count(answer => answer.Status == 200), answers.Count(answer => answer.Status is 402 or 429)));
        Assert.Equal(0, (await there.RunAsync("grant", "suspend", grant, "--reason", "it is enough")).ExitCode);
        Assert.Contains("grant_suspended", (await Ask.SendAsync(here, bounded, Ask.Chat, Ask.ChatBody())).Text, StringComparison.Ordinal);

        string channel = $"both-{tag}";
        string good = await here.NewReleaseAsync("openai/gpt-5.4-mini");
        string bad = await there.NewReleaseAsync("openai/gpt-5.4");
        Assert.Equal(0, (await here.RunAsync("channel", "new", channel, "--release", good)).ExitCode);
        CommandRun started = await there.RunAsync("rollout", "start", channel, "--to", bad, "--percent", "90", "--skip-drill", "--reason", "it is rehearsed here");
        Assert.True(started.ExitCode == 0, started.Error);
        CommandRun rolled = await here.RunAsync("rollback", channel, "--reason", "worse answers", "--json");
        Assert.True(rolled.ExitCode == 0, rolled.Error);
        Assert.True(rolled.Json.GetProperty("complete").GetBoolean(), rolled.Output);
        string free = await there.NewKeyAsync("both");
        foreach (RunningGateway one in (RunningGateway[])[here, there])
        {
            for (int unit = 0; unit < 10; unit++)
            {
                string body = $$"""{"model":"{{channel}}","user":"unit-{{unit}}","messages":[{"role":"user","content":"Hello"}]}""";
                (int status, string text, System.Net.Http.Headers.HttpResponseHeaders headers) = await Ask.SendAsync(one, free, Ask.Chat, body);
                Assert.True(status == 200, text);
                Assert.Equal(good, headers.GetValues("x-causeway-release").Single());
            }
        }
    }
}
