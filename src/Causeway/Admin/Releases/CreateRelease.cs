using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Causeway.Gateway.Policy;
using Causeway.Releases.Parameters;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Releases;

/// <summary><c>POST /releases</c>: makes a release. Making it again is the same release, so a caller may repeat this at will.</summary>
internal static class CreateRelease
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/releases", RunAsync)
        .WithName("create_release").WithTags("releases").WithSummary("Make a release")
        .WithDescription("201 when it is new, 200 when the same content was kept before. It serves nobody until a channel points at it.")
        .Reads<CreateReleaseRequest>("What is to answer.")
        .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ReleaseInvalid);

    private static async Task<Results<Created<ReleaseView>, Ok<ReleaseView>, Problem>> RunAsync(
        HttpContext http, IReleaseStore releases, PolicyPublisher policies, ModelCatalogue models, TimeProvider time, ILogger<AdminGate> log)
    {
        (CreateReleaseRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.CreateReleaseRequest, RequestBody.MaxLargeBytes);
        if (asked is null)
        {
            return problem!;
        }

        FieldProblem[] wrong = [.. asked.ParameterProblems(out ReleaseParameters parameters), .. asked.LabelProblems()];
        PolicyRevision policy = policies.Current;
        ReleaseDraft draft = new() { Pins = asked.Pins, Prompt = asked.Prompt, Parameters = parameters, Contract = asked.Contract, AllowAlias = asked.AllowAlias };
        (ReleaseContent? content, IReadOnlyList<FieldProblem> problems) =
            await draft.ResolveAsync(ReleaseDraft.ResolverOf(policy, models), policy, releases, http.RequestAborted);
        if (content is null || wrong.Length > 0)
        {
            return new Problem(AdminError.ReleaseInvalid, "Mend what \"errors\" names; nothing was made.", [.. problems, .. wrong]);
        }

        KeptRelease kept = await releases.AddAsync(new Release(content, asked.Label, time.GetUtcNow()), CancellationToken.None);
        var view = ReleaseView.Of(kept.Release);
        if (!kept.IsNew)
        {
            return TypedResults.Ok(view);
        }

        AdminEvents.ReleaseMade(log, view.Id, string.Join(", ", kept.Release.Pins));
        return TypedResults.Created($"{AdminApi.Root}/releases/{view.Id}", view);
    }
}

/// <summary>What is to answer.</summary>
internal sealed record CreateReleaseRequest
{
    // "set": the generated reader gives an "init" member that is missing null in place of its default.
    [Required, Description("provider/model, in order of preference: 1 to 16. An alias is replaced by the snapshot behind it.")]
    public IReadOnlyList<string> Pins { get; set; } = [];

    [Description("Goes before the caller's own instructions; at most 256 KiB.")]
    public string? Prompt { get; init; }

    [Description("An object: temperature, top_p, top_k, max_output_tokens, stop, seed, reasoning_effort, frequency_penalty, presence_penalty, verbosity. Set whatever the caller sends.")]
    public JsonElement? Parameters { get; init; }

    [Description("A registered contract that every answer follows: NAME, which means its newest version of now, or NAME@VERSION.")]
    public string? Contract { get; init; }

    [Description("A note for people; not part of the id.")]
    public string? Label { get; init; }

    [Description("Keep aliases as they are, floating.")]
    public bool AllowAlias { get; set; }

    public IEnumerable<FieldProblem> LabelProblems() =>
        Label is not null && Release.LabelProblem(Label) is { } problem ? [new FieldProblem("label", problem)] : [];

    public IEnumerable<FieldProblem> ParameterProblems(out ReleaseParameters parameters)
    {
        parameters = ReleaseParameters.None;
        if (Parameters is not { ValueKind: not JsonValueKind.Null } given)
        {
            return [];
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            return [new FieldProblem("parameters", "is not an object")];
        }

        var problems = new List<FieldProblem>();
        ImmutableSortedDictionary<string, ParameterValue>.Builder values = parameters.Values.ToBuilder();
        foreach (JsonProperty parameter in given.EnumerateObject())
        {
            string name = NameOf(parameter);
            string field = "parameters." + Printable.Cut(name);
            if (!ReleaseParameters.Rules.TryGetValue(name, out ParameterRule? rule))
            {
                problems.Add(new FieldProblem(field, $"is not a parameter{Nearest.To(name, ReleaseParameters.Rules.Keys)} ({string.Join(", ", ReleaseParameters.Rules.Keys)})"));
            }
            else if (values.ContainsKey(name))
            {
                problems.Add(new FieldProblem(field, "comes more than once"));
            }
            else if (rule.Read(parameter.Value) is { } value)
            {
                values[name] = value;
            }
            else
            {
                problems.Add(new FieldProblem(field, $"is {rule.Allowed}"));
            }
        }

        parameters = new ReleaseParameters(values.ToImmutable());
        return problems;
    }

    // Half of a surrogate pair, which an escape may be, is no text; and no parameter's name.
    private static string NameOf(JsonProperty parameter)
    {
        try
        {
            return parameter.Name;
        }
        catch (InvalidOperationException)
        {
            return "\ufffd";
        }
    }
}
