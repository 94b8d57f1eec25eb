using System.ComponentModel;
using Causeway.Budgets.Keys;

namespace Causeway.Admin.Sessions;

/// <summary>Who is signed in, and what they may do: what a page does not offer to them.</summary>
internal sealed record SessionView(
    [property: Description("An operator's name, a person's behind their issuer's, admin, or a key's id.")] string Name,
    [property: Description("When the session ends by itself; null: there is none, a token spoke.")] DateTimeOffset? Ends,
    [property: Description("Their roles; null: none are given, and they may do everything.")] IReadOnlyList<string>? Roles,
    [property: Description("The issuer that a person signed in by; null: a token of the configuration or a key.")] string? Issuer,
    [property: Description("Teams whose keys a person may make.")] IReadOnlyList<string> Teams,
    [property: Description("The endpoints that change something and that they may call, by their names (operationId); docs/roles.md has who may call what.")] IReadOnlyList<string> May,
    [property: Description("Of somebody who signed in with a key for inference: whose it is. They see what is the key's own alone. null: a token was signed in with.")] SessionKeyView? Key)
{
    // What a key may call is said at the endpoints (TakesKeys), of which these change something.
    private static readonly string[] s_ofKeys = ["close_session", "open_session", "request_raise"];

    public static SessionView Of(Actor actor, DateTimeOffset? ends) => actor.Key is { } key
        ? new SessionView(actor.Name, ends, [], null, [], s_ofKeys, SessionKeyView.Of(key))
        : new SessionView(
            actor.Name, ends, actor.Roles is { } roles ? [.. roles.Order().Select(RoleTable.Word)] : null, actor.Person?.Person.Issuer, actor.Person?.Person.Teams ?? [], Allowed(actor.Roles, actor.Person?.Person.Teams ?? []), null);

    /// <summary>What roles may call; who is no budget owner makes keys for teams of their own alone.</summary>
    public static IReadOnlyList<string> Allowed(IReadOnlySet<Role>? roles, IReadOnlyList<string> teams) =>
        [.. RoleTable.AllowedTo(roles).Where(endpoint => endpoint != "create_key" || teams.Count > 0 || roles is null || roles.Overlaps([Role.Admin, Role.BudgetOwner]))];
}

/// <summary>The key that somebody signed in with.</summary>
internal sealed record SessionKeyView(
    [property: Description("Its first characters.")] string Prefix,
    string Team,
    string Feature,
    string Env)
{
    public static SessionKeyView Of(Key key) => new(key.Shown, key.Attribution.Team, key.Attribution.Feature, key.Attribution.Environment);
}
