using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Instance;

/// <summary><c>GET /operators</c>: who has a name of their own here, and what each may do.</summary>
internal static class ListOperators
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/operators", Run)
        .WithName("list_operators").WithTags("instance").WithSummary("Who may do what")
        .WithDescription("The administrator and the operators of the configuration with their roles, and what each role may call. No token and no digest of one is shown.");

    private static Ok<OperatorList> Run(AdminCredential credential) => TypedResults.Ok(new OperatorList(
        [
            .. credential.Operators.Values.Distinct().Order(StringComparer.Ordinal).Prepend(Actor.Administrator).Distinct()
                .Select(name => new OperatorView(name, credential.Roles.TryGetValue(name, out IReadOnlySet<Role>? roles) ? [.. roles.Order().Select(RoleTable.Word)] : null)),
        ],
        [.. RoleTable.Words.Select(one => new RoleView(one.Word, RoleTable.AllowedTo(new HashSet<Role> { one.Role })))]));
}

/// <summary>Who may do what.</summary>
internal sealed record OperatorList(
    [property: Description("The administrator first, then by name.")] IReadOnlyList<OperatorView> Operators,
    [property: Description("Every role there is.")] IReadOnlyList<RoleView> Roles);

/// <summary>Somebody with a token of their own.</summary>
internal sealed record OperatorView(
    string Name,
    [property: Description("null: none are given, and they may do everything.")] IReadOnlyList<string>? Roles);

/// <summary>A role.</summary>
internal sealed record RoleView(
    string Role,
    [property: Description("The endpoints that change something and that it may call, by name; every role may look at everything.")] IReadOnlyList<string> May);
