using Causeway.Admin.Grants;

namespace Causeway.Commands;

/// <summary>Grants as people read them.</summary>
internal static class GrantReport
{
    private static readonly Column[] s_columns =
    [
        new("GRANT", ColumnKind.Name), new("HOLDER"), new("ENV"), new("LIMIT"), new("AMOUNT", ColumnKind.Number), new("USED", ColumnKind.Number), new("HELD", ColumnKind.Number),
        new("IN DOUBT", ColumnKind.Number), new("CARVED", ColumnKind.Number), new("LEFT", ColumnKind.Number), new("", ColumnKind.Bar), new("STATE"),
    ];

    private static readonly Column[] s_leases =
    [
        new("LEASED BY", ColumnKind.Name), new("LEASES", ColumnKind.Number), new("USD", ColumnKind.Number), new("TOKENS IN", ColumnKind.Number), new("TOKENS OUT", ColumnKind.Number),
        new("REQUESTS", ColumnKind.Number), new("UNTIL"),
    ];

    /// <summary>A grant that was made. Its id is a line of its own and the first.</summary>
    public static void Made(GrantView grant, Screen screen)
    {
        screen.Accent(grant.Id);
        screen.Line();
        Facts(grant, screen);
        screen.Line();
        screen.Remark($"Give keys of it: causeway key new --team TEAM --feature FEATURE --env {grant.Scope.Env?[0] ?? "ENV"} --grant {grant.Id}");
    }

    /// <summary>Everything about a grant.</summary>
    public static void Whole(GrantView grant, Screen screen)
    {
        screen.Accent(grant.Id);
        screen.Line();
        Facts(grant, screen);
        screen.Line();
        Tree([grant with { Depth = 0 }], screen);
        if (grant.Leases.Count > 0)
        {
            screen.Line();
            screen.Table(
                s_leases,
                grant.Leases.Select(one => (IReadOnlyList<string>)
                [
                    one.Instance,
                    Figures.Count(one.Leases),
                    one.NanoUsd == 0 ? "" : Figures.Cost(one.NanoUsd),
                    one.TokensIn == 0 ? "" : Figures.Tokens(one.TokensIn),
                    one.TokensOut == 0 ? "" : Figures.Tokens(one.TokensOut),
                    one.Requests == 0 ? "" : Figures.Count(one.Requests),
                    Figures.Time(one.EndsAt),
                ]));
        }
    }

    /// <summary>A line for each limit, below one another as the grants are.</summary>
    public static void Tree(IReadOnlyList<GrantView> grants, Screen screen)
    {
        int top = grants.Min(grant => grant.Depth);
        screen.Table(s_columns, grants.SelectMany(grant => Rows(grant, new string(' ', (grant.Depth - top) * 2))));
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(GrantView grant, string indent)
    {
        string name = indent + (indent.Length > 0 ? "└ " : "") + grant.Id;
        string env = grant.Scope.Env is { } environments ? string.Join(",", environments) : "any";
        string state = grant.Status + (grant.Default ? ", default" : "") + (grant.Kind is "share" ? "" : ", " + grant.Kind.Replace('_', ' '));
        if (grant.Limits.Count == 0)
        {
            yield return [name, grant.Holder, env, "none of its own", "", "", "", "", "", "", "", state];
        }

        for (int i = 0; i < grant.Limits.Count; i++)
        {
            LimitView limit = grant.Limits[i];
            double used = limit.Amount == 0 ? 1 : (double)(limit.Amount - limit.Left) / limit.Amount;
            yield return
            [
                i == 0 ? name : "",
                i == 0 ? grant.Holder : "",
                i == 0 ? env : "",
                Name(limit),
                Amount(limit, limit.Amount) + (limit.Raised > 0 ? "+" : ""),
                Amount(limit, limit.Committed),
                Some(limit, limit.Held) + (limit.Leased == 0 ? "" : $" ({Amount(limit, limit.Leased)} leased)"),
                Some(limit, limit.InDoubt),
                Some(limit, limit.Carved),
                Amount(limit, limit.Left),
                Screen.Bar(used),
                i == 0 ? state : "",
            ];
        }
    }

    private static string Name(LimitView limit) =>
        $"{limit.Meter.Replace('_', ' ')}{(limit.Window == "none" ? "" : "/" + limit.Window)}{(limit.Pace ? " pace" : "")}";

    private static string Some(LimitView limit, long amount) => amount == 0 ? "" : Amount(limit, amount);

    private static string Amount(LimitView limit, long amount) => limit.Meter switch
    {
        "usd" => Figures.Cost(amount),
        "requests" or "concurrent" => Figures.Count(amount),
        _ => Figures.Tokens(amount),
    };

    private static void Facts(GrantView grant, Screen screen)
    {
        ScopeView scope = grant.Scope;
        screen.Pairs(
        [
            ("Holder", grant.Holder),
            .. grant.Parent is { } parent ? [("Below", $"{parent} ({(grant.Kind == "share" ? "a share of it" : "carved out of it")})")] : Array.Empty<(string, string)>(),
            ("Environments", scope.Env is { } env ? string.Join(", ", env) : "any"),
            ("Limits", grant.Limits.Count == 0 ? "none of its own" : string.Join(", ", grant.Limits.Select(limit => limit.Text))),
            .. Fact("Model classes", scope.Classes),
            .. Fact("Models", scope.Models),
            .. Fact("Routes", scope.Routes),
            .. Fact("Data up to", scope.Data),
            .. Fact("Data at least", scope.DataMin),
            .. Fact("A request's output", scope.MaxOutput is { } output ? Figures.Plural(output, "token") + " at most" : null),
            .. Fact("A request's input", scope.MaxInput is { } input ? Figures.Plural(input, "token") + " at most" : null),
            .. Fact("A request's cost", scope.MaxCost is { } cost ? Figures.Bound(cost) + " at most" : null),
            ("Holds", $"{(grant.NotBefore is { } from ? "from " + Figures.Time(from) + " " : "")}until {Figures.Time(grant.ExpiresAt, "it is revoked")}"),
            ("Passed on", grant.DepthLeft == 0 ? "not" : $"up to {Figures.Plural(grant.DepthLeft, "time")}"),
            ("Enforced", $"{grant.Enforcement}; streams {grant.OnRevoke} when it is revoked"),
            ("Too large", grant.Reserve switch { "clamp" => "a request's output cap is lowered to what fits", "adaptive" => "a stream holds what such answers need, and more while it runs", _ => "a request is denied" }),
            .. Fact("Shared", grant.Share == "fair" ? "fairly, by the weights of the grants below" : null),
            .. Fact("Weight", grant.Weight == 1 ? null : Figures.Count(grant.Weight)),
            ("State", grant.Status),
            ("Made", $"{Figures.Time(grant.CreatedAt)} by {grant.CreatedBy}"),
            .. Fact("Why so", grant.Reason is { Length: > 0 } reason ? reason : null),
        ]);
    }

    private static (string, string)[] Fact(string name, IReadOnlyList<string>? values) => Fact(name, values is null ? null : string.Join(", ", values));

    private static (string, string)[] Fact(string name, string? value) => value is null ? [] : [(name, value)];
}
