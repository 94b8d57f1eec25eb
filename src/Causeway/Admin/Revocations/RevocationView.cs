using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Admin.Revocations;

/// <summary>A revoked prefix as it is shown.</summary>
internal sealed record RevocationView(
    [property: Description("Names the key and all that was narrowed from it, without being able to speak for them.")] string RevocationId,
    [property: Description("The key that it was narrowed from; null: it was not said.")] string? KeyId,
    [property: Description("That key's grant; null: the key was not said.")] string? Grant,
    DateTimeOffset RevokedAt,
    [property: Description("Who did it.")] string RevokedBy,
    [property: Description("Why; null: it was not said.")] string? Reason,
    [property: Description("When it is over by itself: it is kept until then. Null: it is kept for good.")] DateTimeOffset? ExpiresAt)
{
    public static RevocationView Of(Revocation revocation) => new(
        revocation.Id.ToString(), revocation.Key?.ToString(), revocation.Grant?.ToString(), revocation.RevokedAt, revocation.RevokedBy, revocation.Reason, revocation.ExpiresAt);
}

/// <summary>A page of revoked prefixes.</summary>
internal sealed record RevocationPage(
    IReadOnlyList<RevocationView> Revocations,
    [property: Description("The cursor of the next page; absent on the last one."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next = null);

/// <summary>A narrowed key that is to end.</summary>
internal sealed record RevokePrefixRequest
{
    // "set": the generated reader gives an "init" member that is missing null in place of its default.
    [Required, Description("rid_ and 32 hex digits, as \"causeway key verify\" shows it. Never send the key itself.")]
    public string RevocationId { get; set; } = "";

    [Description("The key that it was narrowed from: the audit names it, and the revocation is kept no longer than it works.")]
    public string? KeyId { get; init; }

    [Description("When the narrowed key is over by itself (RFC 3339); the revocation is kept until then. Left out: as long as the key that it was narrowed from works.")]
    public string? ExpiresAt { get; init; }

    [Description("Why. It is kept with the revocation.")]
    public string? Reason { get; init; }

    [Description("Cut streams that run, whatever the grant says of revoking; otherwise as the grant says. A reason that is compromised, or begins with that word, cuts them too.")]
    public bool Cut { get; init; }
}
