using Causeway.Budgets.Keys;

namespace Causeway.Admin;

/// <summary>Who may use the admin API.</summary>
/// <param name="Token">The digest of the administrator's token.</param>
internal sealed record AdminCredential(KeyHash Token)
{
    /// <summary>Those with tokens and names of their own, by the digests of the tokens.</summary>
    public IReadOnlyDictionary<KeyHash, string> Operators { get; init; } = new Dictionary<KeyHash, string>();

    /// <summary>What they may do, by their names; who is not here may do everything.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<Role>> Roles { get; init; } = new Dictionary<string, IReadOnlySet<Role>>();

    /// <summary>The digest of a name's token; null: nobody is called that.</summary>
    public KeyHash? TokenOf(string name)
    {
        if (name == Actor.Administrator)
        {
            return Token;
        }

        foreach ((KeyHash token, string other) in Operators)
        {
            if (other == name)
            {
                return token;
            }
        }

        return null;
    }

    /// <summary>The name of whoever holds a token; null: nobody does.</summary>
    public string? NameOf(KeyHash token) => token == default ? null : token == Token ? Actor.Administrator : Operators.GetValueOrDefault(token);
}
