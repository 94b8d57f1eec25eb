using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Admin.Releases;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Policy;

/// <summary><c>GET /policy</c>: the document that <see cref="ApplyPolicy"/> would change nothing for.</summary>
internal static class ExportPolicy
{
    private const string Json = "json";
    private const string All = "all";
    private const int PageSize = 1000;
    private static readonly QueryParameter s_format = new("format", "json: the same document as JSON, which is YAML too. yaml when left out.") { Allowed = ["yaml", Json] };
    private static readonly QueryParameter s_releases = new("releases", "all: releases that no channel points at as well. used when left out.") { Allowed = ["used", All] };

    public static void Map(RouteGroupBuilder api) => api.MapGet("/policy", RunAsync)
        .WithName("export_policy").WithTags("policy").WithSummary("Export the policy as a document")
        .WithDescription("Applying it changes nothing. Keys are secrets and no part of it.")
        .Asks(s_format, s_releases)
        .Produces<PolicyView>(StatusCodes.Status200OK, "application/yaml", "application/json")
        .Refuses(AdminError.QueryInvalid);

    private static async Task<Results<Ok<PolicyView>, ContentHttpResult>> RunAsync(HttpContext http, IReleaseStore releases)
    {
        IReadOnlyList<PointedChannel> channels = await releases.ListChannelsAsync(http.RequestAborted);
        IEnumerable<Release> wanted = channels.Select(channel => channel.Release);
        if (s_releases.Text(http.Request.Query) == All)
        {
            wanted = wanted.Concat(await ListAllAsync(releases, http.RequestAborted));
        }

        var policy = LabelledPolicy.Of([.. wanted.DistinctBy(release => release.Id)], channels);
        return s_format.Text(http.Request.Query) == Json
            ? TypedResults.Ok(PolicyView.Of(policy))
            : TypedResults.Text(PolicyText.Write(policy), "application/yaml; charset=utf-8");
    }

    private static async Task<IReadOnlyList<Release>> ListAllAsync(IReleaseStore releases, CancellationToken cancellation)
    {
        var all = new List<Release>();
        IReadOnlyList<Release> page;
        do
        {
            page = await releases.ListAsync(PageSize, all.Count == 0 ? null : all[^1].Id, cancellation);
            all.AddRange(page);
        }
        while (page.Count == PageSize);
        return all;
    }
}

/// <summary>A policy document.</summary>
internal sealed record PolicyView(
    [property: Description("Releases by label.")] IReadOnlyDictionary<string, PolicyReleaseView> Releases,
    [property: Description("Channels by name.")] IReadOnlyDictionary<string, PolicyChannelView> Channels)
{
    public static PolicyView Of(LabelledPolicy policy) => new(
        policy.Releases.ToDictionary(release => release.Key, release => PolicyReleaseView.Of(release.Value), StringComparer.Ordinal),
        policy.Channels.ToDictionary(
            pointed => pointed.Channel.Name, pointed => new PolicyChannelView(policy.LabelOf(pointed.Release), pointed.Channel.Unsupported, pointed.Channel.Conformance), StringComparer.Ordinal));
}

/// <summary>A release of a policy document.</summary>
internal sealed record PolicyReleaseView(
    IReadOnlyList<string> Pins,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Prompt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, JsonElement>? Params = null,
    [property: Description("NAME@VERSION."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Contract = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool AllowAlias = false)
{
    public static PolicyReleaseView Of(Release release) => new(
        [.. release.Pins.Select(pin => pin.ToString())],
        release.Prompt,
        release.Parameters.Values.IsEmpty ? null : ReleaseView.ParametersOf(release),
        release.Contract?.FullName,
        release.Content.AllowFloat);
}

/// <summary>A channel of a policy document.</summary>
internal sealed record PolicyChannelView(
    [property: Description("A label of the document, or a release's id.")] string Release,
    [property: JsonConverter(typeof(SnakeCaseEnum<UnsupportedFields>))] UnsupportedFields Unsupported,
    [property: JsonConverter(typeof(SnakeCaseEnum<ConformanceRule>))] ConformanceRule Conformance);
