using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Objects;

/// <summary>Something that a provider keeps, and whose it is. Moments are kept to the millisecond.</summary>
/// <param name="Provider">Who keeps it, by its configured name.</param>
/// <param name="Id">Its id there, 1 to 256 characters.</param>
/// <param name="Team">The team whose key had it made.</param>
/// <param name="Grant">The grant that key spoke for; null: it speaks for none of its own.</param>
/// <param name="MadeAt">When.</param>
/// <param name="KeptUntil">When the provider has let go of it, so that nobody need know whose it was.</param>
public sealed record OwnedObject(string Provider, string Id, string Team, GrantId? Grant, DateTimeOffset MadeAt, DateTimeOffset KeptUntil)
{
    /// <summary>Characters of an id.</summary>
    public const int MaxIdLength = 256;
}
