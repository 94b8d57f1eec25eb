using System.Diagnostics;
using System.Text.Json;
using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>One of several real processes is killed, or stopped: what it held, and what it did for all.</summary>
public sealed class FleetLossTests(FleetHouse house) : IClassFixture<FleetHouse>
{
    private const int Looks = 20;
    private static readonly TimeSpan s_promised = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task One_that_is_killed_leaves_its_requests_in_doubt()
    {
        string grant = await house.Gateway.NewGrantAsync("--requests", "1000/day");
        string key = await house.Gateway.NewKeyOfAsync(grant);
        RunningGateway doomed = await house.JoinAsync();
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Ask.SendAsync(i % 2 == 0 ? doomed : house.Gateway, key, Ask.Chat, Ask.ChatBody())));
        doomed.Process.Send(PosixSignal.Kill);
        await doomed.Process.EndAsync();
        await house.EndedAsync(doomed);

        Assert.Contains(await InstancesAsync(house.Gateway), one => IsOf(one, doomed)); // It is missed, not forgotten.
        await house.Gateway.UntilUsedAsync(grant, use => Number(use, "committed") + Number(use, "in_doubt") == 12 && Number(use, "held") == 0);
        Assert.Equal(200, (await Ask.SendAsync(house.All[1], key, Ask.Chat, Ask.ChatBody())).Status);
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
    }

    [Fact]
    public async Task Of_the_one_that_leads_another_takes_the_place_when_it_is_killed()
    {
        RunningGateway led = await LeaderAsync();
        RunningGateway asked = house.All.First(one => one != led);

        led.Process.Send(PosixSignal.Kill);
        await FollowedAsync(led, asked, "killed");

        await led.Process.EndAsync();
        await house.ReplaceAsync(led);
    }

    [Fact]
    public async Task Of_the_one_that_leads_another_takes_the_place_when_it_is_stopped_and_keeps_it()
    {
        RunningGateway led = await LeaderAsync();
        RunningGateway asked = house.All.First(one => one != led);
        string next;

        led.Process.Send(PosixSignal.Stop);
        try
        {
            next = await FollowedAsync(led, asked, "stopped");
        }
        finally
        {
            led.Process.Send(PosixSignal.Continue);
        }

        using CancellationTokenSource patience = new(s_promised);
        while (!(await InstancesAsync(asked)).Any(one => IsOf(one, led) && IsLive(one) && !Leads(one)))
        {
            patience.Token.ThrowIfCancellationRequested();
        }

        for (int look = 0; look < Looks; look++)
        {
            Assert.Equal(next, Assert.Single(await InstancesAsync(asked), one => IsLive(one) && Leads(one)).GetProperty("name").GetString());
        }
    }

    [Fact]
    public async Task One_that_is_stopped_holds_nobody_up_and_what_it_did_is_told_afterwards()
    {
        string grant = await house.Gateway.NewGrantAsync("--requests", "1000/day");
        string key = await house.Gateway.NewKeyOfAsync(grant);
        RunningGateway stopped = await house.JoinAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Ask.SendAsync(stopped, key, Ask.Chat, Ask.ChatBody())));
        stopped.Process.Send(PosixSignal.Stop);
        try
        {
            Assert.All(
                await Task.WhenAll(Enumerable.Range(0, 9).Select(i => Ask.SendAsync(house.All[i % 3], key, Ask.Chat, Ask.ChatBody()))),
                answer => Assert.Equal(200, answer.Status));
        }
        finally
        {
            stopped.Process.Send(PosixSignal.Continue);
        }

        await stopped.UntilStatusAsync(key, 200); // It refuses until it has heard what was revoked meanwhile.
        await house.EndAsync(stopped);
        await house.Gateway.UntilUsedAsync(grant, use => Number(use, "committed") == 16 && Number(use, "held") == 0 && Number(use, "in_doubt") == 0);
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
    }

    // Who leads, and goes on to as long as nothing happens to it: the control of what follows.
    private async Task<RunningGateway> LeaderAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            JsonElement[] leaders = [.. (await InstancesAsync(house.Gateway)).Where(one => IsLive(one) && Leads(one))];
            if (house.All.FirstOrDefault(one => leaders.Length == 1 && IsOf(leaders[0], one)) is { } found)
            {
                for (int look = 0; look < Looks; look++)
                {
                    Assert.True(IsOf(Assert.Single(await InstancesAsync(house.Gateway), one => IsLive(one) && Leads(one)), found));
                }

                return found;
            }

            patience.Token.ThrowIfCancellationRequested();
        }
    }

    // The name of the one that leads next, which one at a time does. What the store still says of the one that it happened to is not counted.
    private static async Task<string> FollowedAsync(RunningGateway led, RunningGateway asked, string what)
    {
        var waited = Stopwatch.StartNew();
        string? next = null;
        for (int look = 0; look < Looks;)
        {
            string?[] leaders = [.. (await InstancesAsync(asked)).Where(one => IsLive(one) && Leads(one) && !IsOf(one, led)).Select(one => one.GetProperty("name").GetString())];
            Assert.InRange(leaders.Length, 0, 1);
            if (next is null && leaders.Length == 1)
            {
                next = leaders[0];
                TestContext.Current.TestOutputHelper?.WriteLine($"{waited.Elapsed.TotalSeconds:0.0} s after the one that led was {what} another leads."); // docs/operations/scale-out.md has it.
                Assert.InRange(waited.Elapsed, TimeSpan.Zero, s_promised);
            }

            look += next is null ? 0 : 1;
            Assert.True(next is not null || waited.Elapsed < s_promised, $"Nobody leads {waited.Elapsed} after the one that led was {what}.");
            Assert.True(next is null || leaders is [{ } one] && one == next, $"After {next} {string.Join(", ", leaders)} leads.");
        }

        return next!;
    }

    private static async Task<IReadOnlyList<JsonElement>> InstancesAsync(RunningGateway asked) =>
        [.. (await asked.GetAsync("instances")).GetProperty("instances").EnumerateArray()];

    // Its name is its machine and its process.
    private static bool IsOf(JsonElement instance, RunningGateway one) => instance.GetProperty("name").GetString()!.EndsWith($"/{one.Process.Id}", StringComparison.Ordinal);

    private static bool IsLive(JsonElement instance) => instance.GetProperty("state").GetString() == "live";

    private static bool Leads(JsonElement instance) => instance.GetProperty("leads").GetBoolean();

    private static long Number(JsonElement use, string name) => use.GetProperty(name).GetInt64();
}
