using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;

namespace Causeway.Admin.Keys;

/// <summary>A key as it is shown: everything but the secret.</summary>
internal sealed record KeyView(
    [property: Description("Names the key without being able to speak for it.")] string Id,
    [property: Description("The first characters of the secret, to recognise it by.")] string Prefix,
    string Team,
    string Feature,
    string Env,
    [property: Description("Whom the company charges for what it spends; null: nobody said.")] string? CostCentre,
    [property: Description("The grant that it speaks for.")] string Grant,
    [property: Description("It can be narrowed by its holder (cw1_).")] bool Capability,
    [property: JsonConverter(typeof(SnakeCaseEnum<KeyState>))] KeyState State,
    DateTimeOffset CreatedAt,
    [property: Description("From when on it is refused; null: never by age.")] DateTimeOffset? ExpiresAt,
    [property: Description("Since when it is refused; null: it is not revoked.")] DateTimeOffset? RevokedAt)
{
    public static KeyView Of(Key key, DateTimeOffset now) => new(
        key.Id.ToString(),
        key.Shown,
        key.Attribution.Team,
        key.Attribution.Feature,
        key.Attribution.Environment,
        key.Attribution.CostCentre,
        (key.Grant ?? BudgetLedger.DefaultId(key.Attribution.Team)).ToString(),
        key.IsCapability,
        key.StateAt(now),
        key.CreatedAt,
        key.ExpiresAt,
        key.RevokedAt);

    /// <summary>The answer to an id that names no key, well formed or not.</summary>
    public static Problem Unknown(string id) => new(AdminError.KeyUnknown, $"No key is called \"{Printable.Cut(id)}\". List them with: causeway key list");
}
