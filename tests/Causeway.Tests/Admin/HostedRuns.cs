using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Runaway;

namespace Causeway.Tests.Admin;

/// <summary>Grants and runs for tests that need some.</summary>
internal static class HostedRuns
{
    /// <summary>Makes a grant without limits and returns its id.</summary>
    public static async Task<string> MakeGrantAsync(this AdminHost host)
    {
        (int status, JsonElement grant) = await host.SendAsync(HttpMethod.Post, "api/v1/grants", """{"holder": "team/search", "env": ["dev"]}""");
        Assert.True(status == 201, grant.GetRawText());
        return grant.GetProperty("id").GetString()!;
    }

    /// <summary>Has a run make the same call until it is suspended, and returns its grant.</summary>
    public static async Task<string> SuspendRunAsync(this AdminHost host, string run)
    {
        string id = await host.MakeGrantAsync();
        Assert.True(GrantId.TryParse(id, out GrantId grant));
        RunStep step = new() { Feature = "answers", Request = FingerprintKey.Random().Of([1, 2, 3]) };
        for (int call = 0; call < 8; call++)
        {
            host.Time.Now += TimeSpan.FromSeconds(11); // Longer than a run that is throttled waits.
            host.Gateway.Runs.Before(new RunKey(grant, run), step, RunLimits.Default);
        }

        Assert.Equal(RunStage.Suspended, host.Gateway.Runs.Show(new RunKey(grant, run))!.Stage);
        return id;
    }
}
