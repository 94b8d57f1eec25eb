using Causeway.Admin.Grants;

namespace Causeway.Admin.Keys;

/// <summary>
/// Who may have a key made for whom. Budget owners: for everybody. A developer: for the teams that their issuer says they belong to, in dev, under the starter grant, for a while;
/// that is what nobody has to be asked for.
/// </summary>
internal static class KeyRight
{
    /// <summary>Whether somebody makes keys of any team and grant.</summary>
    public static bool IsBudgetOwner(Actor actor) => actor.Roles is not { } roles || roles.Contains(Role.Admin) || roles.Contains(Role.BudgetOwner);

    /// <summary>Whether somebody revokes keys of any team; everybody else those that they made.</summary>
    public static bool MayRevoke(Actor actor) => IsBudgetOwner(actor) || actor.Roles!.Contains(Role.OnCall);

    /// <summary>Puts in what a person who signed in may leave out: their only team, dev.</summary>
    /// <returns>Whether the starter grant is meant.</returns>
    public static bool Complete(CreateKeyRequest asked, Actor actor)
    {
        if (actor.Person is not { } session)
        {
            return false;
        }

        bool isLeftOut = asked.Grant is null && (asked.Env.Length == 0 || !IsBudgetOwner(actor));
        asked.Team = asked.Team.Length == 0 && session.Person.Teams is [var only] ? only : asked.Team;
        asked.Env = asked.Env.Length == 0 ? StarterGrants.Environment : asked.Env;
        return isLeftOut || (!IsBudgetOwner(actor) && asked.Grant == StarterGrants.IdOf(asked.Team).ToString()); // Named, it is the same grant with the same terms.
    }

    /// <summary>Why somebody may not have this key made; null: they may.</summary>
    public static Problem? Refuse(CreateKeyRequest asked, Actor actor)
    {
        if (IsBudgetOwner(actor))
        {
            return null;
        }

        IReadOnlyList<string> teams = actor.Person?.Person.Teams ?? [];
        return teams.Count == 0 ? No($"{actor.Name} belongs to no team here. {(actor.Person is null ? "Teams come from an issuer: sign in with causeway login." : "An administrator adds a group of yours to \"teams\" of your issuer; then sign in again.")} Or a budget owner makes the key.")
            : asked.Team.Length > 0 && !teams.Contains(asked.Team) ? No($"{actor.Name} belongs to {string.Join(", ", teams)}. Keys of team {Printable.Cut(asked.Team)} are made by its members or a budget owner.")
            : asked.Env != StarterGrants.Environment ? No($"Without a budget owner there are keys for {StarterGrants.Environment}. One for {Printable.Cut(asked.Env)} needs a grant; a budget owner makes both.")
            : asked.CostCentre is not null ? No("Whom a key is charged to a budget owner says. Leave \"cost_centre\" out for the team's.")
            : asked.Grant is not null && asked.Grant != StarterGrants.IdOf(asked.Team).ToString() ? No($"Keys of grant {Printable.Cut(asked.Grant)} are made by a budget owner. Leave \"grant\" out for the starter grant of the team.")
            : null;
    }

    /// <summary>What is wrong with the team that was left out, for somebody who belongs to several or none.</summary>
    public static IEnumerable<FieldProblem> TeamProblems(CreateKeyRequest asked, Actor actor) =>
        asked.Team.Length == 0 && actor.Person is { Person.Teams: { Count: > 1 } teams } ? [new FieldProblem("team", $"is missing; you belong to {string.Join(", ", teams)}")] : [];

    private static Problem No(string detail) => new(AdminError.KeyNotYours, detail);
}
