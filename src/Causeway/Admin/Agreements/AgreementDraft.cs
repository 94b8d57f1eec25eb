using System.Text.RegularExpressions;
using Causeway.Budgets.Agreements;
using Causeway.Budgets.Grants;
using Causeway.Gateway.Policy;

namespace Causeway.Admin.Agreements;

/// <summary>An agreement as it was asked for, or what is wrong with that.</summary>
internal sealed partial class AgreementDraft
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(3650);
    private readonly List<FieldProblem> _problems = [];

    public AgreementDraft(CreateAgreementRequest asked, PolicyRevision policy, string actor, DateTimeOffset now)
    {
        if (policy.FindProvider(asked.Provider) is null)
        {
            string[] names = [.. policy.Providers.Select(route => route.Provider.Name)];
            Wrong("provider", $"\"{Printable.Cut(asked.Provider)}\" is no provider of the configuration{Nearest.End(asked.Provider, names)} They are: {string.Join(", ", names.Take(16))}");
        }

        DateTimeOffset from = asked.From is { } begins ? Time("from", begins, isEnd: false) : now;
        DateTimeOffset until = Time("until", asked.Until, isEnd: true);
        if (_problems.Count == 0 && (until <= now || until <= from || until - from > s_longest))
        {
            Wrong("until", $"is after now ({now:yyyy-MM-dd'T'HH:mm:ss'Z'}) and after \"from\", ten years at most: an agreement without an end is none");
        }

        if (asked.Regions.Count is 0 or > Agreement.MaxRegions || asked.Regions.Any(region => !RegionPattern().IsMatch(region)) || asked.Regions.Distinct(StringComparer.Ordinal).Count() < asked.Regions.Count)
        {
            Wrong("regions", $"are 1 to {Agreement.MaxRegions} different names of a-z, 0-9 and -, such as eu-central-1; a geography ({string.Join(", ", Geography.Known)}) stands for all regions in it");
        }

        if (asked.Data.Count == 0 || asked.Data.Any(word => DataClasses.Rank(word) is null) || asked.Data.Distinct(StringComparer.Ordinal).Count() < asked.Data.Count)
        {
            Wrong("data", $"are some of: {string.Join(", ", DataClasses.Known)}, each once");
        }

        Retention retention = Retention.Provider;
        if (asked.Retention is { } word && !AgreementJson.TryRetention(word, out retention))
        {
            Wrong("retention", $"\"{Printable.Cut(word)}\" is not one of: provider, none");
        }

        if (asked.Document is { } document
            && (document.Length > Agreement.MaxDocument || !Uri.TryCreate(document, UriKind.Absolute, out Uri? address) || address.Scheme is not "https" || address.UserInfo.Length > 0))
        {
            Wrong("document", $"is an https address of at most {Agreement.MaxDocument} characters, without a user");
        }

        if (asked.Note is { Length: 0 or > Agreement.MaxNote })
        {
            Wrong("note", $"has 1 to {Agreement.MaxNote} characters; leave it out for none");
        }

        Agreement = _problems.Count > 0 ? null : new Agreement
        {
            Id = AgreementId.New(now),
            Provider = asked.Provider,
            Regions = [.. asked.Regions],
            Data = [.. asked.Data.OrderBy(one => DataClasses.Rank(one))],
            Retention = retention,
            From = from,
            Until = until,
            Document = asked.Document,
            Note = asked.Note,
            CreatedAt = now,
            CreatedBy = actor,
        };
    }

    /// <summary>The agreement; null: there are problems.</summary>
    public Agreement? Agreement { get; }

    public IReadOnlyList<FieldProblem> Problems => _problems;

    private DateTimeOffset Time(string field, string text, bool isEnd)
    {
        if (!Moment.TryParse(text, out DateTimeOffset moment))
        {
            Wrong(field, "is a day such as 2027-06-30, or a time such as 2027-06-30T18:00:00Z");
            return default;
        }

        return Moment.Kept(isEnd && !text.Contains('T', StringComparison.Ordinal) ? moment.AddDays(1) : moment); // The last day belongs to it.
    }

    private void Wrong(string field, string message) => _problems.Add(new FieldProblem(field, message));

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RegionPattern();
}
