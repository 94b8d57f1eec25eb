using System.Collections.Immutable;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;

namespace Causeway.Admin.Grants;

/// <summary>Reads a new grant and names every mistake in it.</summary>
internal sealed class GrantDraft : GrantFields
{
    public GrantDraft(CreateGrantRequest asked, GrantNode? parent, string actor, DateTimeOffset now)
    {
        Holder holder = HolderOf(asked, parent);
        ImmutableArray<Limit> limits = LimitsOf(asked);
        Scope scope = ScopeOf(asked, parent);
        DateTimeOffset? expires = Expiry(asked.ExpiresIn, asked.ExpiresAt, now) ?? parent?.Grant.ExpiresAt; // Below another grant one lives as long as that unless it says less.
        DateTimeOffset? notBefore = asked.NotBefore is { } from ? NotBefore(from) : parent?.Grant.NotBefore;
        Enforcement enforcement = EnforcementOf(asked.Enforcement);
        ReserveMode reserve = ReserveOf(asked.Reserve);
        bool cut = CutOf(asked.OnRevoke);
        bool isFair = FairOf(asked.Share);
        int weight = WeightOf(asked.Weight);
        if (asked is { Carve: true, Parent: null })
        {
            Wrong("carve", "needs a grant above, out of which the amounts are moved", 0);
        }

        Add(GivenReason.Problems(asked.Reason is "" ? null : asked.Reason, isRequired: false));

        if (Problems.Count == 0)
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
                Enforcement = asked.Enforcement is null && parent is not null ? parent.Enforcement : enforcement,
                Reserve = asked.Reserve is null && parent is not null ? parent.Grant.Reserve : reserve,
                IsFair = isFair,
                Weight = weight,
                CutOnRevoke = asked.OnRevoke is null && parent is not null ? parent.CutsOnRevoke : cut,
                CreatedAt = now,
                CreatedBy = actor,
                Reason = asked.Reason,
            };
        }
    }

    /// <summary>The grant; null: there are problems.</summary>
    public Grant? Grant { get; }

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
        List<Limit> limits =
        [
            .. Amounts("usd", Meter.Usd, asked.Usd, zone),
            .. Amounts("tokens", Meter.Tokens, asked.Tokens, zone),
            .. Amounts("tokens_in", Meter.TokensIn, asked.TokensIn, zone),
            .. Amounts("tokens_out", Meter.TokensOut, asked.TokensOut, zone),
            .. Amounts("requests", Meter.Requests, asked.Requests, zone),
        ];
        if (asked.Concurrent is { } open)
        {
            limits.Add(Concurrent(open));
        }

        if (asked.Pace is { } pace)
        {
            limits.AddRange(Paces(pace, limits));
        }

        return limits.Count <= Budgets.Grants.Grant.MaxLimits ? [.. limits] : Wrong("usd", $"and the other amounts are more than {Budgets.Grants.Grant.MaxLimits} limits", ImmutableArray<Limit>.Empty);
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
            DataClassMax = asked.Data is { } data ? Data(data) : null,
            DataClassMin = asked.DataMin is { } least ? LeastData(least, asked.Data) : null,
            MaxOutputTokens = Tokens("max_output", asked.MaxOutput),
            MaxInputTokens = Tokens("max_input", asked.MaxInput),
            MaxRequestNanoUsd = asked.MaxCost is { } cost ? Cost(cost) : null,
        };
    }
}
