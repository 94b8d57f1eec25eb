using System.Globalization;
using System.Net.Http.Headers;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>A channel of a fleet, rolled out and asked.</summary>
internal static class FleetRollout
{
    /// <summary>A channel that points at a good release, and another one that it can be rolled out to.</summary>
    public static async Task<(string Good, string Bad)> NewChannelAsync(this FleetHouse house, string name)
    {
        string good = await house.Gateway.NewReleaseAsync("openai/gpt-5.4-mini");
        string bad = await house.Gateway.NewReleaseAsync("openai/gpt-5.4");
        Assert.Equal(0, (await house.Gateway.RunAsync("channel", "new", name, "--release", good)).ExitCode);
        return (good, bad);
    }

    /// <summary>A share of the units meets the candidate, in percent. By force: an instance that another test has ended may not have been forgotten yet.</summary>
    public static async Task StartRolloutAsync(this FleetHouse house, string channel, string candidate, string percent = "50")
    {
        CommandRun started = await house.All[1].RunAsync("rollout", "start", channel, "--to", candidate, "--percent", percent, "--skip-drill", "--force", "--reason", "it is rehearsed here");
        Assert.True(started.ExitCode == 0, started.Error);
    }

    /// <summary>Ends one that was started, as an operator does.</summary>
    public static async Task EndAsync(this FleetHouse house, RunningGateway one)
    {
        one.Process.Send(PosixSignal.Terminate);
        Assert.Equal(0, await one.Process.EndAsync());
        await house.EndedAsync(one);
    }

    public static async Task<(int Status, string? Release, long Revision, string? Error)> ServedAsync(RunningGateway gateway, string key, string channel, int unit)
    {
        string body = $$"""{"model":"{{channel}}","user":"unit-{{unit}}","messages":[{"role":"user","content":"Hello"}]}""";
        (int status, _, HttpResponseHeaders headers) = await Ask.SendAsync(gateway, key, Ask.Chat, body);
        return (status, Header("x-causeway-release"), long.Parse(Header("x-causeway-revision") ?? "0", CultureInfo.InvariantCulture), Header("x-causeway-error"));

        string? Header(string name) => headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : null;
    }
}
