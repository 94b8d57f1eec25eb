using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Causeway.Budgets.Agreements;
using Causeway.Gateway.Policy;

namespace Causeway.Admin.Agreements;

/// <summary>An agreement as it is shown.</summary>
internal sealed record AgreementView
{
    [Description("agr_ and 32 hex digits; usage records cite it.")]
    public required string Id { get; init; }

    [Description("The provider, by its name in the configuration.")]
    public required string Provider { get; init; }

    [Description("Where it may process: regions, or geographies for all that lie in them (docs/agreements.md).")]
    public required IReadOnlyList<string> Regions { get; init; }

    [Description("The classes of data that it covers.")]
    public required IReadOnlyList<string> Data { get; init; }

    [Description("provider: what its terms say is kept. none: nothing beyond the answer; Causeway sets what the provider's API has for that.")]
    public required string Retention { get; init; }

    [Description("in_force, pending, expired or ended.")]
    public required string State { get; init; }

    public required DateTimeOffset From { get; init; }

    [Description("When it ends, not included.")]
    public required DateTimeOffset Until { get; init; }

    [Description("Whole days until it ends; 0: less than one, or over.")]
    public required int DaysLeft { get; init; }

    [Description("It lets data go now. False also where the provider is configured in a region that it does not name: problem says why.")]
    public required bool Covers { get; init; }

    [Description("Why it lets nothing go; null: it does.")]
    public string? Problem { get; init; }

    [Description("Where its text is kept.")]
    public string? Document { get; init; }

    public string? Note { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    [Description("When it was ended before its time; null: it was not.")]
    public DateTimeOffset? EndedAt { get; init; }

    public string? EndedBy { get; init; }

    public string? EndReason { get; init; }

    public static AgreementView Of(Agreement agreement, PolicyRevision policy, DateTimeOffset now)
    {
        AgreementState state = agreement.StateAt(now);
        string? problem = ProblemOf(agreement, state, policy);
        return new AgreementView
        {
            Id = agreement.Id.ToString(),
            Provider = agreement.Provider,
            Regions = agreement.Regions,
            Data = agreement.Data,
            Retention = AgreementJson.Word(agreement.Retention),
            State = AgreementJson.Word(state),
            From = agreement.From,
            Until = agreement.Until,
            DaysLeft = Math.Max(0, (int)(agreement.End - now).TotalDays),
            Covers = problem is null,
            Problem = problem,
            Document = agreement.Document,
            Note = agreement.Note,
            CreatedAt = agreement.CreatedAt,
            CreatedBy = agreement.CreatedBy,
            EndedAt = agreement.EndedAt,
            EndedBy = agreement.EndedBy,
            EndReason = agreement.EndReason,
        };
    }

    /// <summary>The answer to an id that no agreement has.</summary>
    public static Problem Unknown(string id) =>
        new(AdminError.AgreementUnknown, $"There is no agreement \"{Printable.Cut(id)}\". List them with: causeway agreement list");

    private static string? ProblemOf(Agreement agreement, AgreementState state, PolicyRevision policy) => state switch
    {
        AgreementState.Pending => "It has not begun.",
        AgreementState.Expired => "Its time is over. Make the next one: causeway agreement new.",
        AgreementState.Ended => "It was ended.",
        _ when policy.FindProvider(agreement.Provider) is { Provider: var provider } => OfRegion(agreement, provider),
        _ => $"The configuration has no provider \"{agreement.Provider}\".",
    };

    private static string? OfRegion(Agreement agreement, Provider provider) => agreement.Regions.Any(agreed => Geography.Covers(agreed, provider.Region))
        ? null
        : $"The configuration binds {provider.Name} to {(provider.Region is { } region ? $"region {region}" : "no region")}, which lies in none of: {string.Join(", ", agreement.Regions)}. Mend providers.region, or the agreement.";
}

/// <summary>A page of agreements.</summary>
internal sealed record AgreementPage(
    [property: Description("The newest first.")] IReadOnlyList<AgreementView> Agreements,
    [property: Description("A provider without an agreement is covered by nothing (agreements: required); otherwise by its data in the configuration.")] bool Required,
    [property: Description("The cursor of the next page; absent on the last one."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next = null);

/// <summary>A new agreement.</summary>
internal sealed record CreateAgreementRequest
{
    // "set": the generated reader gives an "init" member that is missing null in place of its default.
    [Required, Description("The provider, by its name in the configuration.")]
    public string Provider { get; set; } = "";

    [Required, Description("Where it may process: regions such as eu-central-1, or geographies such as eu; global for anywhere.")]
    public IReadOnlyList<string> Regions { get; set; } = [];

    [Required, Description("The classes of data that it covers: public, internal, customer, restricted.")]
    public IReadOnlyList<string> Data { get; set; } = [];

    [Required, Description("Its last day, such as 2027-06-30, which belongs to it whole (UTC); or the time at which it ends (RFC 3339).")]
    public string Until { get; set; } = "";

    [Description("Its first day or the time at which it begins; left out: now.")]
    public string? From { get; init; }

    [Description("none: nothing may be kept beyond the answer, and Causeway sets what the provider's API has for that. Left out: provider, as its terms say.")]
    public string? Retention { get; init; }

    [Description("Where its text is kept: an https address.")]
    public string? Document { get; init; }

    public string? Note { get; init; }
}

/// <summary>The end of an agreement before its time.</summary>
internal sealed record EndAgreementRequest
{
    [Required, Description("Why. It is kept with the agreement.")]
    public string Reason { get; set; } = "";
}
