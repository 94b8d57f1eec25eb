using System.Collections.Immutable;
using System.Globalization;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Configuration.Fields;

namespace Causeway.Admin.Grants;

/// <summary>Reads a new grant and names every mistake in it.</summary>
internal sealed class GrantDraft
{
    private const int MaxWords = 64;
    private const int MaxWordLength = 256;
    private const int MaxReasonLength = 500;
    private const long MostTokens = 100_000_000;
    private readonly List<FieldProblem> _problems = [];

    public GrantDraft(CreateGrantRequest asked, GrantNode? parent, string actor, DateTimeOffset now)
    {
        Holder holder = HolderOf(asked, parent);
        ImmutableArray<Limit> limits = LimitsOf(asked);
        Scope scope = ScopeOf(asked, parent);
        DateTimeOffset? expires = ExpiryOf(asked, parent, now);
        DateTimeOffset? notBefore = null;
        if (asked.NotBefore is { } from)
        {
            notBefore = Moment.TryParse(from, out DateTimeOffset moment) ? moment : Wrong("not_before", "is a time such as 2026-12-31T23:59:59Z", default(DateTimeOffset));
        }

        Enforcement enforcement = Word(asked.Enforcement, "enforcement", ("hard", Enforcement.Hard), ("soft", Enforcement.Soft), ("critical", Enforcement.Critical));
        ReserveMode reserve = Word(asked.Reserve, "reserve", ("strict", ReserveMode.Strict), ("clamp", ReserveMode.Clamp));
        bool cut = Word(asked.OnRevoke, "on_revoke", ("finish", false), ("cut", true));
        if (asked is { Carve: true, Parent: null })
        {
            Wrong("carve", "needs a grant above, out of which the amounts are moved", 0);
        }

        if (asked.Reason is { Length: > MaxReasonLength })
        {
            Wrong("reason", $"has at most {MaxReasonLength} characters", 0);
        }

        if (_problems.Count == 0)
        {
            Grant = new Grant
            {
                Id = GrantId.New(now),
                Parent = parent?.Grant.Id,
                Kind = asked.Carve ? GrantKind.Carve : GrantKind.Share,
                Holder = holder,
                Scope = scope,
                Limits = limits,
                NotBefore = notBefore,
                ExpiresAt = expires,
                DepthLeft = asked.NoDelegate ? 0 : parent is null ? Budgets.Grants.Grant.MaxDepth - 1 : Math.Max(0, parent.Grant.DepthLeft - 1),
                Enforcement = asked.Enforcement is null && parent is not null ? parent.Grant.Enforcement : enforcement,
                Reserve = asked.Reserve is null && parent is not null ? parent.Grant.Reserve : reserve,
                CutOnRevoke = cut,
                CreatedAt = now,
                CreatedBy = actor,
                Reason = asked.Reason,
            };
        }
    }

    /// <summary>The grant; null: there are problems.</summary>
    public Grant? Grant { get; }

    public IReadOnlyList<FieldProblem> Problems => _problems;

    private Holder HolderOf(CreateGrantRequest asked, GrantNode? parent)
    {
        if (asked.Holder is null && parent is not null)
        {
            return parent.Grant.Holder;
        }

        return asked.Holder is null ? Wrong("holder", "is missing: team/NAME or feature/NAME", default(Holder))
            : Holder.TryParse(asked.Holder, out Holder holder) ? holder
            : Wrong("holder", $"\"{Printable.Cut(asked.Holder)}\" is neither team/NAME nor feature/NAME; a name has 1 to 64 lower-case letters, digits, '.', '_' and '-'", default(Holder));
    }

    private ImmutableArray<Limit> LimitsOf(CreateGrantRequest asked)
    {
        string zone = asked.TimeZone ?? "UTC";
        List<Limit> limits = [];
        foreach ((string field, Meter meter, IReadOnlyList<string>? texts) in ((string, Meter, IReadOnlyList<string>?)[])
            [("usd", Meter.Usd, asked.Usd), ("tokens", Meter.Tokens, asked.Tokens), ("tokens_in", Meter.TokensIn, asked.TokensIn), ("tokens_out", Meter.TokensOut, asked.TokensOut), ("requests", Meter.Requests, asked.Requests)])
        {
            foreach (string text in texts ?? [])
            {
                if (!Limit.TryParse(meter, text, zone, out Limit limit, out string problem))
                {
                    Wrong(field, Printable.Cut(problem), 0);
                }
                else if (limits.Any(other => other.Meter == meter && other.Window == limit.Window))
                {
                    Wrong(field, $"\"{Printable.Cut(text)}\" limits a window that is limited already", 0);
                }
                else
                {
                    limits.Add(limit);
                }
            }
        }

        if (asked.Concurrent is { } open)
        {
            limits.Add(open is >= 1 and <= 1_000_000 ? new Limit(Meter.Concurrent, open, Window.None) : Wrong("concurrent", "is a whole number from 1 to 1,000,000", new Limit(Meter.Concurrent, 1, Window.None)));
        }

        if (asked.Pace is { } pace)
        {
            AddPaces(pace, limits);
        }

        return limits.Count <= Budgets.Grants.Grant.MaxLimits ? [.. limits] : Wrong("usd", $"and the other amounts are more than {Budgets.Grants.Grant.MaxLimits} limits", ImmutableArray<Limit>.Empty);
    }

    private void AddPaces(string pace, List<Limit> limits)
    {
        Limit[] paced = [.. limits.Where(limit => limit.Meter is not (Meter.Concurrent or Meter.Requests) && limit.Window.Kind != WindowKind.None)];
        if (paced.Length == 0)
        {
            Wrong("pace", "paces an amount of USD or tokens that has a window; state one", 0);
        }

        foreach (Limit limit in paced)
        {
            if (!limit.TryPace(pace, out Limit made, out string problem))
            {
                Wrong("pace", Printable.Cut(problem), 0);
                return;
            }

            limits.Add(made);
        }
    }

    private Scope ScopeOf(CreateGrantRequest asked, GrantNode? parent)
    {
        if (asked.Env is null or { Count: 0 } && parent is null)
        {
            Wrong("env", $"is missing: {string.Join(", ", Attribution.Environments)}", 0);
        }

        return new Scope
        {
            Environments = Words("env", asked.Env, Attribution.Environments),
            ModelClasses = Words("classes", asked.Classes, ModelClass.Known),
            Models = Words("models", asked.Models, null),
            Routes = Words("routes", asked.Routes, null),
            DataClassMax = asked.Data is not { } data ? null : DataClasses.Rank(data) ?? Wrong("data", $"\"{Printable.Cut(data)}\" is not one of: {string.Join(", ", DataClasses.Known)}", 0),
            DataClassMin = ClassMin(asked),
            MaxOutputTokens = Tokens("max_output", asked.MaxOutput),
            MaxInputTokens = Tokens("max_input", asked.MaxInput),
            MaxRequestNanoUsd = asked.MaxCost is not { } cost ? null
                : UsdText.TryRead(cost, 0.000000001m, 1_000_000, out long nano, out string? outside) ? nano
                : Wrong("max_cost", $"\"{Printable.Cut(cost)}\" {outside ?? "is not an amount of USD, such as 0.50"}", 0L),
        };
    }

    private int? ClassMin(CreateGrantRequest asked) => asked.DataMin is not { } least ? null
        : DataClasses.Rank(least) is not { } rank ? Wrong("data_min", $"\"{Printable.Cut(least)}\" is not one of: {string.Join(", ", DataClasses.Known)}", 0)
        : asked.Data is { } most && DataClasses.Rank(most) < rank ? Wrong("data_min", $"is above \"data\" ({Printable.Cut(most)}): no request could be made", 0)
        : rank;

    private long? Tokens(string field, long? count) =>
        count is null or (>= 1 and <= MostTokens) ? count : Wrong(field, string.Create(CultureInfo.InvariantCulture, $"is a whole number from 1 to {MostTokens:N0}"), 1L);

    private ImmutableArray<string>? Words(string field, IReadOnlyList<string>? words, IReadOnlyList<string>? known)
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

    // Below another grant one lives as long as that unless it says less.
    private DateTimeOffset? ExpiryOf(CreateGrantRequest asked, GrantNode? parent, DateTimeOffset now)
    {
        if (asked is { ExpiresIn: not null, ExpiresAt: not null })
        {
            return Wrong("expires_at", "stands beside expires_in; send one of them", now);
        }

        if (asked.ExpiresIn is { } span)
        {
            return Moment.TryParseSpan(span, out TimeSpan length) ? now + length : Wrong("expires_in", $"is {Moment.SpanForm}, at most 3650d", now);
        }

        if (asked.ExpiresAt is { } text)
        {
            return !Moment.TryParse(text, out DateTimeOffset moment) ? Wrong("expires_at", "is a time such as 2026-12-31T23:59:59Z", now)
                : moment <= now ? Wrong("expires_at", $"has passed: it is {now:yyyy-MM-dd'T'HH:mm:ss'Z'}", now)
                : moment;
        }

        return parent?.Grant.ExpiresAt;
    }

    private T Word<T>(string? word, string field, params (string Word, T Value)[] known) => word is null ? known[0].Value
        : Array.FindIndex(known, one => one.Word == word) is >= 0 and int at ? known[at].Value
        : Wrong(field, $"\"{Printable.Cut(word)}\" is not one of: {string.Join(", ", known.Select(one => one.Word))}", known[0].Value);

    private T Wrong<T>(string field, string message, T instead)
    {
        _problems.Add(new FieldProblem(field, message));
        return instead;
    }
}
