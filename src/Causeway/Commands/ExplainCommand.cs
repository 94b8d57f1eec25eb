using System.CommandLine;
using Causeway.Admin.Explain;

namespace Causeway.Commands;

/// <summary><c>causeway explain</c></summary>
internal sealed class ExplainCommand : ClientVerb<ChangeReport>
{
    private const int Told = 10;
    private static readonly Column[] s_parts = [new("PART", ColumnKind.Name), new("COST", ColumnKind.Number)];
    private static readonly Column[] s_models = [new("MODEL", ColumnKind.Name), new("REQUESTS BEFORE", ColumnKind.Number), new("NOW", ColumnKind.Number), new("COST BEFORE", ColumnKind.Number), new("NOW", ColumnKind.Number)];
    private static readonly Column[] s_happened = [new("WHEN", ColumnKind.Name), new("KIND"), new("WHAT"), new("BY")];
    private readonly Option<string?> _since = new("--since") { HelpName = "WHEN", Description = "24h, 7d, 2026-11-23 or 2026-11-23T14:00:00Z. Default: 24h" };
    private readonly Option<string?> _until = new("--until") { HelpName = "WHEN", Description = "As --since. Default: now" };
    private readonly Option<string?> _against = new("--against") { HelpName = "WHEN", Description = "Where the span begins that it is compared with. Default: right before it" };
    private readonly Option<string?> _team = new("--team") { HelpName = "TEAM", Description = "Only this team's." };
    private readonly Option<string?> _feature = new("--feature") { HelpName = "FEATURE", Description = "Only this feature's." };
    private readonly Option<string?> _env = new("--env") { HelpName = "ENV", Description = "Only this environment's." };
    private readonly Option<string?> _provider = new("--provider") { HelpName = "PROVIDER", Description = "Only what this provider answered." };
    private readonly Option<string?> _key = new("--key") { HelpName = "ID", Description = "Only this key's." };

    public ExplainCommand(Surroundings surroundings)
        : base("explain", "Say why a span cost something else, took another time or failed otherwise than the one before.", surroundings) =>
        Takes(
            [_since, _until, _against, _team, _feature, _env, _provider, _key],
            "causeway explain",
            "causeway explain --since 7d --team search",
            "causeway explain --since 2026-11-23 --until 2026-11-24 --against 2026-11-16");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/explain",
        ("since", parsed.GetValue(_since)),
        ("until", parsed.GetValue(_until)),
        ("against", parsed.GetValue(_against)),
        ("team", parsed.GetValue(_team)),
        ("feature", parsed.GetValue(_feature)),
        ("env", parsed.GetValue(_env)),
        ("provider", parsed.GetValue(_provider)),
        ("key", parsed.GetValue(_key)));

    protected override void Show(ChangeReport answer, Connection connection, Screen screen)
    {
        screen.Remark($"{Figures.Time(answer.Since)} to {Figures.Time(answer.Until)}, against as many hours from {Figures.Time(answer.Before)} on");
        screen.Line($"Cost {Figures.Cost(answer.Was.CostNanoUsd)} → {Figures.Cost(answer.Is.CostNanoUsd)}, requests {Figures.Count(answer.Was.Requests)} → {Figures.Count(answer.Is.Requests)}, not completed {Figures.Count(answer.Was.Failures)} → {Figures.Count(answer.Is.Failures)}");
        if (answer.Was.Requests + answer.Is.Requests == 0)
        {
            screen.Line(EmptySpan.Words("Nothing was asked for in either.", answer.Since, answer.Until, days: 30));
            return;
        }

        screen.Line();
        foreach (Finding one in answer.Findings)
        {
            screen.Line($"  {one.Text}");
        }

        if (answer.Findings.Count == 0)
        {
            screen.Line("  Nothing that is worth a word is different.");
        }

        screen.Line();
        screen.Table(
            s_parts,
            [["requests", Signed(answer.Cost.Volume)], ["models", Signed(answer.Cost.Mix)], ["prices", Signed(answer.Cost.Price)], ["tokens", Signed(answer.Cost.Tokens)]],
            ["together", Signed(answer.Cost.Difference)]);
        if (answer.Models.Count > 0)
        {
            screen.Line();
            screen.Table(s_models, answer.Models.Take(Told).Select(one => (IReadOnlyList<string>)
            [
                $"{one.Provider}/{one.Model}", Figures.Count(one.RequestsBefore), Figures.Count(one.Requests), Figures.Cost(one.CostBeforeNanoUsd), Figures.Cost(one.CostNanoUsd),
            ]));
        }

        if (answer.Happened.Count > 0)
        {
            screen.Line();
            screen.Table(s_happened, answer.Happened.Take(Told).Select(one => (IReadOnlyList<string>)[Figures.Time(one.At), one.Kind.Replace('_', ' '), (one.Channel is { } channel ? channel + ": " : "") + one.Text, one.Actor]));
        }
    }

    private static string Signed(long nano) => nano == 0 ? "$0" : (nano < 0 ? "-" : "+") + Figures.Cost(Math.Abs(nano));
}
