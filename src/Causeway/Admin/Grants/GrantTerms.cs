using System.Collections.Immutable;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Pricing;

namespace Causeway.Admin.Grants;

/// <summary>Reads what a grant is to be set to, and names every mistake in it. What is not stated stays.</summary>
internal sealed class GrantTerms : GrantFields
{
    private readonly SetGrantRequest _asked;
    private readonly Dictionary<Meter, IReadOnlyList<Limit>> _amounts = [];
    private readonly Scope _scope;
    private readonly DateTimeOffset? _notBefore;
    private readonly DateTimeOffset? _expires;
    private readonly (Enforcement Enforcement, ReserveMode Reserve, bool Cut, bool IsFair, int Weight) _modes;

    public GrantTerms(SetGrantRequest asked, Grant now, DateTimeOffset at)
    {
        _asked = asked;
        string zone = asked.TimeZone ?? now.Limits.FirstOrDefault(limit => limit.Window.Zone != "UTC")?.Window.Zone ?? "UTC";
        Take("usd", Meter.Usd, asked.Usd, zone);
        Take("tokens", Meter.Tokens, asked.Tokens, zone);
        Take("tokens_in", Meter.TokensIn, asked.TokensIn, zone);
        Take("tokens_out", Meter.TokensOut, asked.TokensOut, zone);
        Take("requests", Meter.Requests, asked.Requests, zone);
        if (asked.TimeZone is not null && _amounts.Count == 0)
        {
            Wrong("time_zone", "cuts the windows of the amounts that stand beside it; state those too", 0);
        }

        if (asked.Concurrent is { } open)
        {
            _amounts[Meter.Concurrent] = open == 0 ? [] : [Concurrent(open)];
        }

        if (asked.Env is { Count: 0 } && now.Parent is null)
        {
            Wrong("env", $"is needed where no grant stands above: {string.Join(", ", Attribution.Environments)}", 0);
        }

        _scope = new Scope
        {
            Environments = Words("env", asked.Env, Attribution.Environments),
            ModelClasses = Words("classes", asked.Classes, ModelClass.Known),
            Models = Words("models", asked.Models, null),
            Routes = Words("routes", asked.Routes, null),
            DataClassMax = asked.Data is { Length: > 0 } data ? Data(data) : null,
            MaxOutputTokens = Tokens("max_output", Known(asked.MaxOutput)),
            MaxInputTokens = Tokens("max_input", Known(asked.MaxInput)),
            MaxRequestNanoUsd = asked.MaxCost is { Length: > 0 } cost ? Cost(cost) : null,
        };
        _notBefore = asked.NotBefore is { Length: > 0 } from ? NotBefore(from) : null;
        _expires = Expiry(asked.ExpiresIn, asked.ExpiresAt is "" ? null : asked.ExpiresAt, at);
        _modes = (EnforcementOf(asked.Enforcement), ReserveOf(asked.Reserve), CutOf(asked.OnRevoke), FairOf(asked.Share), WeightOf(asked.Weight));
        Add(GivenReason.Problems(asked.Reason));

        if (Problems.Count == 0)
        {
            _ = LimitsOf(now); // For what is wrong with a pace.
        }
    }

    /// <summary>The grant as it is to be.</summary>
    public Grant Of(Grant grant) => grant with
    {
        Limits = LimitsOf(grant),
        Scope = grant.Scope with
        {
            Environments = _asked.Env is null ? grant.Scope.Environments : _scope.Environments,
            ModelClasses = _asked.Classes is null ? grant.Scope.ModelClasses : _scope.ModelClasses,
            Models = _asked.Models is null ? grant.Scope.Models : _scope.Models,
            Routes = _asked.Routes is null ? grant.Scope.Routes : _scope.Routes,
            DataClassMax = _asked.Data is null ? grant.Scope.DataClassMax : _scope.DataClassMax,
            MaxOutputTokens = _asked.MaxOutput is null ? grant.Scope.MaxOutputTokens : _scope.MaxOutputTokens,
            MaxInputTokens = _asked.MaxInput is null ? grant.Scope.MaxInputTokens : _scope.MaxInputTokens,
            MaxRequestNanoUsd = _asked.MaxCost is null ? grant.Scope.MaxRequestNanoUsd : _scope.MaxRequestNanoUsd,
        },
        NotBefore = _asked.NotBefore is null ? grant.NotBefore : _notBefore,
        ExpiresAt = _asked is { ExpiresAt: null, ExpiresIn: null } ? grant.ExpiresAt : _expires,
        Enforcement = _asked.Enforcement is null ? grant.Enforcement : _modes.Enforcement,
        Reserve = _asked.Reserve is null ? grant.Reserve : _modes.Reserve,
        IsFair = _asked.Share is null ? grant.IsFair : _modes.IsFair,
        Weight = _asked.Weight is null ? grant.Weight : _modes.Weight,
        CutOnRevoke = _asked.OnRevoke is null ? grant.CutOnRevoke : _modes.Cut,
    };

    private void Take(string field, Meter meter, IReadOnlyList<string>? texts, string zone)
    {
        if (texts is not null)
        {
            _amounts[meter] = [.. Amounts(field, meter, texts, zone)];
        }
    }

    // 0 stands for "as many as the models take": what is left out stays as it is.
    private static long? Known(long? count) => count == 0 ? null : count;

    private ImmutableArray<Limit> LimitsOf(Grant grant)
    {
        List<Limit> limits =
        [
            .. grant.Limits.Where(limit => !limit.IsPace && !_amounts.ContainsKey(limit.Meter)),
            .. _amounts.Values.SelectMany(amounts => amounts),
        ];
        IEnumerable<Limit> paces = _asked.Pace switch
        {
            null => KeptPaces(grant, limits),
            "" => [],
            _ => Paces(_asked.Pace, limits),
        };
        return [.. limits, .. paces];
    }

    // A pace is a share: of an amount that changes it is the same share.
    private static IEnumerable<Limit> KeptPaces(Grant grant, List<Limit> limits)
    {
        foreach (Limit pace in grant.Limits.Where(limit => limit.IsPace))
        {
            Limit? before = Paced(grant.Limits).FirstOrDefault(limit => limit.Meter == pace.Meter);
            Limit? after = Paced(limits).FirstOrDefault(limit => limit.Meter == pace.Meter);
            if (before is not null && after is not null)
            {
                long share = (long)((((Int128)pace.Amount * 100) + (before.Amount / 2)) / before.Amount);
                yield return before.Amount == after.Amount ? pace : pace with { Amount = Math.Max(1, (long)((Int128)after.Amount * share / 100)) };
            }
        }
    }
}
