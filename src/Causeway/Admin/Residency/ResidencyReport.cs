using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Budgets.Agreements;
using Causeway.Budgets.Grants;
using Causeway.Gateway.Policy;

namespace Causeway.Admin.Residency;

/// <summary>Where what went in a span.</summary>
internal sealed record ResidencyReport(
    DateTimeOffset Since,
    [property: Description("Where it ends, not included.")] DateTimeOffset Until,
    [property: Description("Requests that are not booked yet and therefore in no row; 0 unless the store lags.")] long UnbookedRequests,
    [property: Description("The most protected class first.")] IReadOnlyList<ResidencyLine> Rows,
    ResidencySums Total);

/// <summary>What became of data of one class at one place.</summary>
internal sealed record ResidencyLine
{
    // A request may arrive before an agreement begins and be sent when it has.
    private static readonly TimeSpan s_underWay = TimeSpan.FromHours(1);

    [Description("went: it was sent there, or may have been. given_again: an answer that was kept, nothing was sent. refused: the request was, nothing was sent. passed_over: the provider was not called, and another one tried.")]
    public required string What { get; init; }

    [Description("null: the request is older than classes are kept.")]
    public string? DataClass { get; init; }

    [Description("null: none was called.")]
    public string? Provider { get; init; }

    [Description("null: bound to no region, or none was called.")]
    public string? Region { get; init; }

    [Description("agreement: by the agreement. configuration: by data of the configuration, as there was no agreement. before: it is older than agreements. none: it did not go.")]
    public required string Basis { get; init; }

    [Description("The agreement's id.")]
    public string? Agreement { get; init; }

    public required string Team { get; init; }

    [Description("Calls upstream; of given_again and refused requests.")]
    public required long Calls { get; init; }

    [Description("Input of the calls that answered, caches included.")]
    public required long InputTokens { get; init; }

    public required long OutputTokens { get; init; }

    [Description("When the first of the requests arrived.")]
    public required DateTimeOffset First { get; init; }

    public required DateTimeOffset Last { get; init; }

    [Description("Whether the agreement's own text covers it: class, region, and the time of every one of the calls. false is a breach and should never be; null: there is no agreement to hold it against."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Holds { get; init; }

    /// <summary>The more protected, the less.</summary>
    internal int Rank => DataClass is { } word ? -(DataClasses.Rank(word) ?? 0) : 1;

    public static ResidencyLine Of(ResidencyRow[] rows, PolicyRevision policy)
    {
        ResidencyRow one = rows[0];
        (DateTimeOffset first, DateTimeOffset last) = (rows.Min(row => row.First), rows.Max(row => row.Last));
        Agreement? agreement = AgreementId.TryParse(one.Agreement, out AgreementId id) ? policy.Agreements.Find(id) : null;
        return new ResidencyLine
        {
            What = one.Kind switch { ResidencyKind.GivenAgain => "given_again", ResidencyKind.Refused => "refused", ResidencyKind.PassedOver => "passed_over", _ => "went" },
            DataClass = one.DataClass,
            Provider = one.Provider,
            Region = one.Region,
            Basis = one.Kind is ResidencyKind.Refused or ResidencyKind.PassedOver ? "none" : one.Agreement is not null ? "agreement" : one.DataClass is null ? "before" : "configuration",
            Agreement = one.Agreement,
            Team = one.Team,
            Calls = rows.Sum(row => row.Calls),
            InputTokens = rows.Sum(row => row.InputTokens),
            OutputTokens = rows.Sum(row => row.OutputTokens),
            First = first,
            Last = last,
            Holds = one.Kind == ResidencyKind.Went && one.Agreement is not null ? agreement is not null && Covers(agreement, one, first, last) : null,
        };
    }

    // By the text of the agreement as it is kept, not by what was decided then: a request arrives before its calls, so the end is held against its arrival.
    private static bool Covers(Agreement agreement, ResidencyRow row, DateTimeOffset first, DateTimeOffset last) =>
        agreement.Provider == row.Provider && row.DataClass is { } word && DataClasses.Rank(word) <= agreement.Data.Max(one => DataClasses.Rank(one) ?? -1)
        && agreement.Regions.Any(agreed => Geography.Covers(agreed, row.Region)) && last < agreement.End && first >= agreement.From - s_underWay;
}

/// <summary>The sums of a report.</summary>
internal sealed record ResidencySums(
    [property: Description("Calls that an agreement let go.")] long ByAgreement,
    [property: Description("Calls that the configuration let go.")] long ByConfiguration,
    [property: Description("Calls that are older than classes and agreements: nothing says by what right.")] long Before,
    [property: Description("Requests that were refused.")] long Refused,
    [property: Description("Providers that were passed over.")] long PassedOver,
    [property: Description("Answers that were given again.")] long GivenAgain,
    [property: Description("Calls in rows whose agreement does not cover them: 0, or something is wrong.")] long Breaches)
{
    public static ResidencySums Of(IReadOnlyList<ResidencyLine> lines) => new(
        Went(lines, "agreement"),
        Went(lines, "configuration"),
        Went(lines, "before"),
        Calls(lines, line => line.What == "refused"),
        Calls(lines, line => line.What == "passed_over"),
        Calls(lines, line => line.What == "given_again"),
        Calls(lines, line => line.Holds == false));

    private static long Went(IReadOnlyList<ResidencyLine> lines, string basis) => Calls(lines, line => line.What == "went" && line.Basis == basis);

    private static long Calls(IReadOnlyList<ResidencyLine> lines, Func<ResidencyLine, bool> which) => lines.Where(which).Sum(line => line.Calls);
}
