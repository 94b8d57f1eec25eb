using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Causeway.Admin.Releases;
using Causeway.Admin.Rollbacks;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Channels;

/// <summary><c>POST /channels</c>: makes a channel that answers from the next request on.</summary>
internal static class CreateChannel
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/channels", RunAsync)
        .WithName("create_channel").WithTags("channels").WithSummary("Make a channel")
        .WithDescription("Callers send its name as model, from the next request on.")
        .Reads<CreateChannelRequest>("The name, and what it points at.")
        .Refuses(
            AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ChannelExists, AdminError.ReleaseQuarantined, AdminError.ChannelInvalid);

    private static async Task<Results<Created<ChannelView>, Problem>> RunAsync(
        HttpContext http, IReleaseStore releases, PolicyPublisher policies, TimeProvider time, ILogger<AdminGate> log)
    {
        (CreateChannelRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.CreateChannelRequest);
        if (asked is null)
        {
            return problem!;
        }

        ReleaseLookup found = await ReleaseLookup.ByIdAsync(asked.Release, releases, http.RequestAborted);
        FieldProblem[] wrong = [.. asked.NameProblems(), .. found.Release is null ? [new FieldProblem("release", asked.Release.Length == 0 ? "is missing" : found.Message!)] : Array.Empty<FieldProblem>()];
        if (wrong.Length > 0)
        {
            return new Problem(AdminError.ChannelInvalid, "Mend what \"errors\" names; nothing was made.", wrong);
        }

        if (Quarantine.Refuse(policies.Current, asked.Name, found.Release!.Id, found.Release.Id) is { } refused)
        {
            return refused;
        }

        var channel = ReleaseChannel.New(asked.Name, found.Release.Id, asked.Unsupported, time.GetUtcNow(), asked.Conformance);
        ChannelOutcome outcome = await releases.CreateChannelAsync(channel, CancellationToken.None);
        if (outcome is not { Verdict: ChannelVerdict.Done, Pointed: { } made })
        {
            return new Problem(
                AdminError.ChannelExists, $"Channel \"{asked.Name}\" points at {outcome.Pointed?.Channel.Release}. Move it with PATCH {AdminApi.Root}/channels/{asked.Name}, or with: causeway apply");
        }

        made.Publish(policies, log);
        return TypedResults.Created($"{AdminApi.Root}/channels/{asked.Name}", ChannelView.Of(made.Channel, made.Release).Tag(http.Response));
    }
}

/// <summary>A new channel.</summary>
internal sealed record CreateChannelRequest
{
    // "set": the generated reader gives an "init" member that is missing null in place of its default.
    [Required, Description("1 to 64 characters: lower-case letters, digits, '.', '_' and '-'.")]
    public string Name { get; set; } = "";

    [Required, Description("The id of the release that it is to point at, or its beginning.")]
    public string Release { get; set; } = "";

    [JsonConverter(typeof(SnakeCaseEnum<UnsupportedFields>)), Description("What becomes of a request's field that a pin's protocol cannot carry: deny when left out.")]
    public UnsupportedFields Unsupported { get; set; }

    [JsonConverter(typeof(SnakeCaseEnum<ConformanceRule>)), Description("What is asked of a pin before an answer that must follow a contract may come from it: warn when left out.")]
    public ConformanceRule Conformance { get; set; } = ConformanceRule.Warn;

    public IEnumerable<FieldProblem> NameProblems() =>
        Name.Length == 0 ? [new FieldProblem("name", "is missing")]
        : ReleaseChannel.NameProblem(Name) is { } problem ? [new FieldProblem("name", problem)]
        : [];
}

internal static class ChannelPublication
{
    /// <summary>Puts a channel that was committed into force, and into the log.</summary>
    public static void Publish(this PointedChannel pointed, PolicyPublisher policies, ILogger log)
    {
        policies.Publish(policy => policy.WithChannels(new ServedChannel(pointed.Channel, pointed.Release)));
        pointed.Channel.Log(log);
    }

    /// <summary>Puts a change of a channel on record.</summary>
    public static void Log(this ReleaseChannel channel, ILogger log) => AdminEvents.ChannelPointed(
        log, channel.Name, channel.Release.ToString(), channel.Version, channel.Unsupported.Word(), channel.Conformance.Word());

    /// <summary>As it is written.</summary>
    public static string Word(this UnsupportedFields unsupported) => unsupported == UnsupportedFields.Deny ? "deny" : "drop";

    /// <summary>As it is written.</summary>
    public static string Word(this ConformanceRule rule) => rule switch
    {
        ConformanceRule.Off => "off",
        ConformanceRule.Warn => "warn",
        _ => "require",
    };
}
