using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>
/// G2 over three processes and one PostgreSQL server: what fails more often than base is called off by what all of them have seen, within so many of its requests. Once and plainly in every run;
/// CAUSEWAY_SOAK has the fifty runs at 2,000 requests a second, base failing one in a hundred and the candidate, at 5 %, five. The first run begins as well as base, which is the control; what was seen
/// of that has to be made up for, so that in the long form it is not one of the fifty.
/// </summary>
public sealed class GuardFleetTests(FleetHouse house) : IClassFixture<FleetHouse>
{
    private const int Units = 20_000;
    private const int MaxRules = 900;
    private static readonly string[] s_counted = ["guard", "on", "e", "mirror_e", "candidate_units", "base_units", "requests"];

    private static readonly (int Runs, int PerSecond, string Percent, double BaseFails, double CandidateFails, TimeSpan Healthy) s_form = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is null
        ? (1, 200, "25", 0.01, 0.3, TimeSpan.FromSeconds(1))
        : (51, 2_000, "5", 0.01, 0.05, TimeSpan.FromSeconds(5));

    [Fact]
    public async Task What_fails_more_often_is_called_off_within_a_few_hundred_of_its_requests_and_ten_seconds()
    {
        string key = await house.Gateway.NewKeyAsync("g2");
        (string good, string bad) = await house.NewChannelAsync("g2");
        (string Base, string Candidate) models = (await ModelOfAsync(good), await ModelOfAsync(bad));
        List<int> needed = [];
        List<TimeSpan> took = [];
        for (int run = 0; run < s_form.Runs; run++)
        {
            bool isControl = run == 0;
            (int requests, TimeSpan span) = await RunAsync(key, bad, models, isControl, new Random(run));
            if (!isControl || s_form.Runs == 1)
            {
                needed.Add(requests);
                took.Add(span);
            }

            TestContext.Current.TestOutputHelper!.WriteLine($"Run {run + 1}: {requests} requests of the candidate, {span.TotalMilliseconds:0} ms.");
        }

        Assert.InRange(Rank(needed, 0.5), 1, 300);
        Assert.InRange(Rank(needed, 0.95), 1, 700);
        Assert.InRange(Rank(took, 0.95), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    private async Task<(int Requests, TimeSpan Took)> RunAsync(string key, string bad, (string Base, string Candidate) models, bool isControl, Random chance)
    {
        await house.Providers.ScriptAsync(new { rules = Failing(chance, models.Candidate, isControl ? s_form.BaseFails : s_form.CandidateFails).Concat(Failing(chance, models.Base, s_form.BaseFails)) });
        try
        {
            DateTimeOffset began = DateTimeOffset.UtcNow;
            await house.StartRolloutAsync("g2", bad, s_form.Percent);
            using RolloutLoad load = new(house.All, key, "g2", s_form.PerSecond, units: Units);
            DateTimeOffset onset = DateTimeOffset.UtcNow;
            long revision = 0;
            if (isControl)
            {
                // As bad as base it is not called off.
                await load.UntilAllServeAsync(bad);
                await load.UntilAsync(DateTimeOffset.UtcNow + s_form.Healthy);
                Assert.Null(await RolledBackAsync(began));
                revision = load.Newest;
                await house.Providers.ScriptAsync(new { rules = Failing(chance, models.Candidate, s_form.CandidateFails).Concat(Failing(chance, models.Base, s_form.BaseFails)) });
                onset = DateTimeOffset.UtcNow;
            }

            JsonElement? made = null;
            for (; made is null; made = await RolledBackAsync(began)) // A guard that only holds makes a revision too.
            {
                await load.UntilAfterAsync(revision);
                revision = load.Newest;
            }

            Sent[] sent = await load.StopAsync();
            DateTimeOffset t0 = made.Value.GetProperty("at").GetDateTimeOffset();
            Assert.Equal("causeway", made.Value.GetProperty("actor").GetString());
            await UntilAllSayTheSameAsync();
            Assert.Equal(0, (await house.Gateway.RunAsync("quarantine", "lift", bad, "--reason", "next run")).ExitCode);
            return (sent.Count(one => one.Release == bad && one.At > onset && one.At <= t0), t0 - onset);
        }
        finally
        {
            await house.Providers.ClearAsync();
        }
    }

    // What its pin sends: the snapshot that was found for a name.
    private async Task<string> ModelOfAsync(string release) =>
        (await house.Gateway.RunAsync("release", "show", release, "--json")).Json.GetProperty("pins")[0].GetProperty("model").GetString()!;

    // Whoever is asked writes what it has not written yet; a request is taken in a moment after its answer.
    private async Task UntilAllSayTheSameAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        string[] said;
        do
        {
            said = await Task.WhenAll(house.All.Select(ExplainAsync));
        }
        while (said.Distinct().Count() > 1 && !patience.IsCancellationRequested);
        Assert.Single(said.Distinct());
    }

    // What all have seen; how much of base an instance waits for to know what is usual is its own.
    private static async Task<string> ExplainAsync(RunningGateway one)
    {
        JsonElement known = (await one.RunAsync("guard", "explain", "g2", "--json")).Json;
        return string.Join(", ", known.EnumerateObject().Where(member => member.Name != "guards").Select(member => member.ToString()).Concat(
            known.GetProperty("guards").EnumerateArray().Select(guard => string.Join(' ', s_counted.Select(name => guard.GetProperty(name).ToString())))));
    }

    private async Task<JsonElement?> RolledBackAsync(DateTimeOffset since) =>
        (await house.Gateway.RunAsync("timeline", "g2", "--json")).Json.GetProperty("entries").EnumerateArray()
            .Where(entry => entry.GetProperty("kind").GetString() == "rolled_back" && entry.GetProperty("at").GetDateTimeOffset() > since).Select(entry => (JsonElement?)entry).FirstOrDefault();

    // Requests of a model fail by chance, each by itself: so many are answered, then one is not, and so on. A provider that says so is not asked again.
    private static IEnumerable<object> Failing(Random chance, string model, double share)
    {
        for (int rules = 0; rules < MaxRules / 2; rules += 2)
        {
            int answered = (int)(Math.Log(1 - chance.NextDouble()) / Math.Log(1 - share)); // Until the first failure.
            if (answered > 0)
            {
                yield return new { match = new { model }, times = answered };
            }

            yield return new { match = new { model }, times = 1, then = new { status = 500, headers = new Dictionary<string, string> { ["x-should-retry"] = "false" } } };
        }
    }

    private static T Rank<T>(IEnumerable<T> values, double share)
    {
        T[] sorted = [.. values.Order()];
        return sorted[(int)Math.Ceiling(sorted.Length * share) - 1];
    }
}
