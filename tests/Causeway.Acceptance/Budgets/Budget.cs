using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Budgets;

/// <summary>Grants and their keys, by the command line alone.</summary>
internal static class Budget
{
    /// <summary>The id of a new grant.</summary>
    public static async Task<string> NewGrantAsync(this RunningGateway gateway, params IEnumerable<string> options) =>
        (await gateway.RunAsync(["grant", "new", "--json", "--holder", "team/acceptance", "--env", "dev,eval,staging,prod", .. options])).Json.GetProperty("id").GetString()!;

    /// <summary>The secret of a new key of a grant.</summary>
    public static async Task<string> NewKeyOfAsync(this RunningGateway gateway, string grant, string feature = "tests", string env = "dev", bool capability = false)
    {
        string[] kind = capability ? ["--capability"] : [];
        return (await gateway.RunAsync(["key", "new", "--json", "--team", "acceptance", "--feature", feature, "--env", env, "--grant", grant, .. kind])).Json.GetProperty("key").GetString()!;
    }

    /// <summary>The limits of a grant as they are now.</summary>
    public static async Task<IReadOnlyList<JsonElement>> LimitsOfAsync(this RunningGateway gateway, string grant)
    {
        JsonElement shown = (await gateway.RunAsync("grant", "show", grant, "--json")).Json;
        JsonElement one = shown.TryGetProperty("grants", out JsonElement grants) ? grants[0] : shown.TryGetProperty("grant", out JsonElement inner) ? inner : shown;
        return [.. one.GetProperty("limits").EnumerateArray()];
    }

    /// <summary>The first limit of a grant, once nothing is held of it any more.</summary>
    public static async Task<JsonElement> SettledAsync(this RunningGateway gateway, string grant)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        while (true)
        {
            JsonElement use = (await gateway.GetAsync($"grants/{grant}", patience.Token)).GetProperty("limits")[0];
            if (use.GetProperty("held").GetInt64() == 0)
            {
                return use;
            }

            await Task.Delay(50, patience.Token); // It may be 15 s until a lease is in doubt: the processor is left to those who decide that.
        }
    }

    /// <summary>Waits until the first limit of a grant is as it has to be at this instance, which learns within moments of what others did.</summary>
    public static async Task UntilUsedAsync(this RunningGateway gateway, string grant, Predicate<JsonElement> holds)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        JsonElement use;
        do
        {
            use = (await gateway.GetAsync($"grants/{grant}", patience.Token)).GetProperty("limits")[0];
        }
        while (!holds(use) && !patience.IsCancellationRequested);
        Assert.True(holds(use), use.GetRawText());
    }

    /// <summary>Every answer of a feature is booked, at one price, and the ledger has committed just that of the grant that it alone used.</summary>
    /// <returns>How many are booked: as many as were answered, or more.</returns>
    public static async Task<int> AssertBookedAsync(this RunningGateway gateway, string grant, string feature, int answered)
    {
        var booked = (await gateway.UsageOfAsync(feature)).Where(record => record.GetProperty("status").GetInt32() == 200).ToArray();
        long cost = Assert.Single(booked.Select(record => record.GetProperty("cost_nano_usd").GetInt64()).Distinct());
        Assert.True(cost > 0 && booked.Length >= answered, $"{booked.Length} of {answered} are booked, at {cost}.");
        await gateway.UntilUsedAsync(grant, use => use.GetProperty("committed").GetInt64() == cost * booked.Length);
        return booked.Length;
    }

    /// <summary>Usage records of a feature.</summary>
    public static async Task<IReadOnlyList<JsonElement>> UsageOfAsync(this RunningGateway gateway, string feature) =>
        [.. (await gateway.UsageAsync()).Where(record => record.GetProperty("feature").GetString() == feature)];
}
