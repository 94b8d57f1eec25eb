using System.Collections.Immutable;
using System.Globalization;
using Causeway.Budgets.Grants;
using Causeway.Configuration.Fields;

namespace Causeway.Admin.Grants;

/// <summary>Reads what a grant is made of, new or changed, and names every mistake in it.</summary>
internal abstract class GrantFields
{
    private const int MaxWords = 64;
    private const int MaxWordLength = 256;
    private const long MostTokens = 100_000_000;
    private readonly List<FieldProblem> _problems = [];

    /// <summary>What is wrong, with the field of each.</summary>
    public IReadOnlyList<FieldProblem> Problems => _problems;

    /// <summary>The amounts of one meter.</summary>
    protected IEnumerable<Limit> Amounts(string field, Meter meter, IReadOnlyList<string>? texts, string zone)
    {
        List<Limit> limits = [];
        foreach (string text in texts ?? [])
        {
            if (!Limit.TryParse(meter, text, zone, out Limit limit, out string problem))
            {
                Wrong(field, Printable.Cut(problem), 0);
            }
            else if (limits.Any(other => other.Window == limit.Window))
            {
                Wrong(field, $"\"{Printable.Cut(text)}\" limits a window that is limited already", 0);
            }
            else
            {
                limits.Add(limit);
            }
        }

        return limits;
    }

    protected Limit Concurrent(long open) =>
        open is >= 1 and <= 1_000_000 ? new Limit(Meter.Concurrent, open, Window.None) : Wrong("concurrent", "is a whole number from 1 to 1,000,000", new Limit(Meter.Concurrent, 1, Window.None));

    /// <summary>The limits that a pace is a share of.</summary>
    protected static Limit[] Paced(IEnumerable<Limit> limits) => [.. limits.Where(limit => limit.Meter is not (Meter.Concurrent or Meter.Requests) && limit.Window.Kind != WindowKind.None && !limit.IsPace)];

    /// <summary>The paces of amounts; empty where the text is none.</summary>
    protected IReadOnlyList<Limit> Paces(string pace, IEnumerable<Limit> limits)
    {
        Limit[] paced = Paced(limits);
        if (paced.Length == 0)
        {
            Wrong("pace", "paces an amount of USD or tokens that has a window; state one", 0);
        }

        List<Limit> paces = [];
        foreach (Limit limit in paced)
        {
            if (!limit.TryPace(pace, out Limit made, out string problem))
            {
                Wrong("pace", Printable.Cut(problem), 0);
                return [];
            }

            paces.Add(made);
        }

        return paces;
    }

    /// <summary>The class that requests have at least.</summary>
    protected int? LeastData(string least, string? most) =>
        DataClasses.Rank(least) is not { } rank ? Wrong("data_min", $"\"{Printable.Cut(least)}\" is not one of: {string.Join(", ", DataClasses.Known)}", 0)
        : most is not null && DataClasses.Rank(most) < rank ? Wrong("data_min", $"is above \"data\" ({Printable.Cut(most)}): no request could be made", 0)
        : rank;

    protected int? Data(string data) => DataClasses.Rank(data) ?? Wrong("data", $"\"{Printable.Cut(data)}\" is not one of: {string.Join(", ", DataClasses.Known)}", 0);

    protected long Cost(string cost) => UsdText.TryRead(cost, 0.000000001m, 1_000_000, out long nano, out string? outside)
        ? nano
        : Wrong("max_cost", $"\"{Printable.Cut(cost)}\" {outside ?? "is not an amount of USD, such as 0.50"}", 0L);

    protected long? Tokens(string field, long? count) =>
        count is null or (>= 1 and <= MostTokens) ? count : Wrong(field, string.Create(CultureInfo.InvariantCulture, $"is a whole number from 1 to {MostTokens:N0}"), 1L);

    protected ImmutableArray<string>? Words(string field, IReadOnlyList<string>? words, IReadOnlyList<string>? known)
    {
        if (words is null or { Count: 0 })
        {
            return null;
        }

        if (words.Count > MaxWords)
        {
            Wrong(field, $"has at most {MaxWords} values", 0);
        }

        foreach (string word in words)
        {
            if (known is not null && !known.Contains(word, StringComparer.Ordinal))
            {
                Wrong(field, $"\"{Printable.Cut(word)}\" is not one of: {string.Join(", ", known)}{Nearest.To(word, known)}", 0);
            }
            else if (word.Length is 0 or > MaxWordLength || word.Any(char.IsControl))
            {
                Wrong(field, $"holds a value that is empty, longer than {MaxWordLength} characters, or has a control character", 0);
            }
        }

        return [.. words.Distinct(StringComparer.Ordinal)];
    }

    protected DateTimeOffset NotBefore(string from) => Moment.TryParse(from, out DateTimeOffset moment) ? moment : Wrong("not_before", "is a time such as 2026-12-31T23:59:59Z", default(DateTimeOffset));

    /// <summary>The end by a span or by a moment; null: neither is stated.</summary>
    protected DateTimeOffset? Expiry(string? expiresIn, string? expiresAt, DateTimeOffset now)
    {
        if (expiresIn is not null && expiresAt is not null)
        {
            return Wrong("expires_at", "stands beside expires_in; send one of them", now);
        }

        if (expiresIn is { } span)
        {
            return Moment.TryParseSpan(span, out TimeSpan length) ? now + length : Wrong("expires_in", $"is {Moment.SpanForm}, at most 3650d", now);
        }

        return expiresAt is not { } text ? null
            : !Moment.TryParse(text, out DateTimeOffset moment) ? Wrong("expires_at", "is a time such as 2026-12-31T23:59:59Z", now)
            : moment <= now ? Wrong("expires_at", $"has passed: it is {now:yyyy-MM-dd'T'HH:mm:ss'Z'}", now)
            : moment;
    }

    protected Enforcement EnforcementOf(string? word) => Word(word, "enforcement", ("hard", Enforcement.Hard), ("soft", Enforcement.Soft), ("critical", Enforcement.Critical));

    protected ReserveMode ReserveOf(string? word) => Word(word, "reserve", ("strict", ReserveMode.Strict), ("clamp", ReserveMode.Clamp), ("adaptive", ReserveMode.Adaptive));

    protected bool FairOf(string? word) => Word(word, "share", ("first", false), ("fair", true));

    protected int WeightOf(int? weight) => weight is null ? 1
        : weight is >= 1 and <= Grant.MaxWeight ? weight.Value
        : Wrong("weight", string.Create(CultureInfo.InvariantCulture, $"is a whole number from 1 to {Grant.MaxWeight:N0}"), 1);

    protected bool CutOf(string? word) => Word(word, "on_revoke", ("finish", false), ("cut", true));

    protected void Add(IEnumerable<FieldProblem> problems) => _problems.AddRange(problems);

    protected T Wrong<T>(string field, string message, T instead)
    {
        _problems.Add(new FieldProblem(field, message));
        return instead;
    }

    private T Word<T>(string? word, string field, params (string Word, T Value)[] known) => word is null ? known[0].Value
        : Array.FindIndex(known, one => one.Word == word) is >= 0 and int at ? known[at].Value
        : Wrong(field, $"\"{Printable.Cut(word)}\" is not one of: {string.Join(", ", known.Select(one => one.Word))}", known[0].Value);
}
