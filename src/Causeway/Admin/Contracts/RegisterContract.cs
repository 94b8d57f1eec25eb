using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Causeway.Contracts.Normalisation;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Contracts;

/// <summary><c>POST /contracts</c>: registers the next version of a contract. What the newest version says already makes no other one.</summary>
internal static class RegisterContract
{
    // A schema as large as one can be, and room for the rest.
    private const int MaxBytes = SchemaLimits.MaxBytes + RequestBody.MaxBytes;

    public static void Map(RouteGroupBuilder api) => api.MapPost("/contracts", RunAsync)
        .WithName("register_contract").WithTags("contracts").WithSummary("Register a contract")
        .WithDescription("201 when it is a new version, 200 when the newest version has the same content. Versions never change. It holds from the next request on.")
        .Reads<RegisterContractRequest>("The name, the schema, and what happens to answers.")
        .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ContractInvalid);

    private static async Task<Results<Created<ContractView>, Ok<ContractView>, Problem>> RunAsync(
        HttpContext http, IContractStore contracts, PolicyPublisher policies, TimeProvider time, ILogger<AdminGate> log)
    {
        (RegisterContractRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.RegisterContractRequest, MaxBytes);
        if (asked is null)
        {
            return problem!;
        }

        FieldProblem[] wrong = [.. asked.NameProblems(), .. SchemaField.Problems(asked.Schema, out JsonSchema? schema), .. asked.PolicyProblems(out ContractPolicy policy)];
        if (wrong.Length > 0)
        {
            return new Problem(AdminError.ContractInvalid, "Mend what \"errors\" names; nothing was registered.", wrong);
        }

        KeptContract kept = await contracts.AddAsync(asked.Name, ContractId.Of(schema!, policy), schema!, policy, time.GetUtcNow(), CancellationToken.None);
        var view = ContractView.Of(kept.Contract);
        if (!kept.IsNew)
        {
            return TypedResults.Ok(view);
        }

        policies.Publish(current => current.WithContracts(new ServedContract(kept.Contract)));
        AdminEvents.ContractRegistered(log, kept.Contract.FullName, view.Id);
        return TypedResults.Created($"{AdminApi.Root}/contracts/{kept.Contract.FullName}", view);
    }
}

/// <summary>A contract to register.</summary>
internal sealed record RegisterContractRequest
{
    // "set": the generated reader gives an "init" member that is missing null in place of its default.
    [Required, Description("1 to 64 characters: lower-case letters, digits, '.', '_' and '-'.")]
    public string Name { get; set; } = "";

    [Required, Description("The JSON Schema: 2020-12, or draft-07 where $schema says so. Members keep their order, since models answer in it. At most 1 MiB.")]
    public JsonElement? Schema { get; init; }

    [Description("What may be mended in an answer: fences, prose, integer_spelling, enum_case, numeric_strings, single_to_array, json_strings, key_order. The first three when left out; an empty list: nothing.")]
    public IReadOnlyList<string>? Coerce { get; init; }

    [Description("What is done about a violation, in this order: repair, fallback, fail. All three when left out.")]
    public IReadOnlyList<string>? OnViolation { get; init; }

    [Description("How often one model is asked to repair its answer, 0 to 3. 1 when left out.")]
    public int? Repairs { get; init; }

    public IEnumerable<FieldProblem> NameProblems() =>
        Name.Length == 0 ? [new FieldProblem("name", "is missing")]
        : Contract.NameProblem(Name) is { } problem ? [new FieldProblem("name", problem)]
        : [];

    public IEnumerable<FieldProblem> PolicyProblems(out ContractPolicy policy)
    {
        ContractPolicy usual = ContractPolicy.Default;
        (Coercions coerce, IReadOnlyList<PolicyProblem> problems) = Coerce is null ? (usual.Coerce, []) : PolicyWords.ReadCoercions(Words(Coerce));
        (IReadOnlyList<OnViolation> acts, IReadOnlyList<PolicyProblem> more) = OnViolation is null ? (usual.OnViolation, []) : PolicyWords.ReadActs(Words(OnViolation));
        bool repairs = acts.Contains(Causeway.Contracts.Registry.OnViolation.Repair);
        policy = new ContractPolicy { Coerce = coerce, OnViolation = acts, Repairs = Repairs ?? (repairs ? usual.Repairs : 0) };

        // What is unknown among the acts may have been meant for repair: no second complaint about that.
        PolicyProblem? count = more.Count > 0 ? null : PolicyWords.RepairsProblem(policy.Repairs, acts);
        return
        [
            .. problems.Concat(more).Concat(count is null ? [] : [count]).Select(problem => new FieldProblem(
                problem.Field, Printable.Cut(problem.Message) + (problem.Word is { } word ? Nearest.To(word, problem.Known!) : ""))),
        ];
    }

    private static IEnumerable<string> Words(IReadOnlyList<string?> words) => words.Select(word => word ?? "null");
}
