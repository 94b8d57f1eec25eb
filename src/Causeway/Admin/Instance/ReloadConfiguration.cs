using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Instance;

/// <summary><c>POST /configuration/reload</c>: the whole file or nothing of it.</summary>
internal static class ReloadConfiguration
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/configuration/reload", RunAsync)
        .WithName("reload_configuration").WithTags("instance").WithSummary("Read the configuration file again")
        .WithDescription("Applies the whole file. With a mistake anywhere in it nothing changes, and the answer names every mistake.")
        .Refuses(AdminError.ConfigurationInvalid);

    // Once begun it ends, whether or not the caller waits: half a reload does not exist, an unreported one may.
    private static async Task<Results<Ok<AppliedReload>, Problem>> RunAsync(IConfigurationReload configuration)
    {
        ReloadResult result = await configuration.ReloadAsync(CancellationToken.None);
        return result.Applied
            ? TypedResults.Ok(new AppliedReload(true, result.Revision, result.Changes))
            : new Problem(
                AdminError.ConfigurationInvalid,
                "The running configuration stays. Mend what \"errors\" names and reload again.",
                [.. result.Errors.Select(line => new FieldProblem(null, line))]);
    }
}

/// <summary>A reload that was applied.</summary>
internal sealed record AppliedReload(
    [property: Description("Always true: what was not applied is a problem.")] bool Applied,
    [property: Description("How often the policy changed in this process since it started, as revision of GET /status.")] long Revision,
    [property: Description("What is different now; empty when nothing is.")] IReadOnlyList<string> Changes);
