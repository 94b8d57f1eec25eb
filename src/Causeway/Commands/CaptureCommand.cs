using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Capture;

namespace Causeway.Commands;

/// <summary><c>causeway capture</c>: whose prompts and answers are kept.</summary>
internal static class CaptureCommand
{
    public static Command Create(Surroundings surroundings) => new("capture", "See whose prompts and answers are kept, and keep those of a feature for a time.")
    {
        new CaptureListCommand(surroundings),
        new CaptureOrderCommand(surroundings),
        new CaptureEndCommand(surroundings),
    };

    /// <summary>What a rule keeps, in a line.</summary>
    public static string Of(CaptureRuleView rule) =>
        $"{rule.Feature} of {rule.Team ?? "every team"}{(rule.Environments.Count == 0 ? "" : " in " + string.Join(", ", rule.Environments))}, up to {rule.UpTo}{(rule.Redacted ? ", redacted ones too" : "")}";

    /// <summary>An order by itself.</summary>
    public static void Show(CaptureOrderView order, Screen screen)
    {
        screen.Accent(order.Id);
        screen.Line($"{Of(order.Rule)}: {order.State.Replace('_', ' ')}, until {Figures.Time(order.EndedAt ?? order.Until)}");
        screen.Remark($"Each is kept for {Figures.Span(TimeSpan.FromSeconds(order.Rule.KeepSeconds))}, {Figures.Count(order.Rule.MaxBytes)} bytes of a prompt and of an answer at most. By {Printable.Of(order.CreatedBy)}: {Printable.Of(order.Reason)}");
    }
}

/// <summary><c>causeway capture list</c></summary>
internal sealed class CaptureListCommand : ClientVerb<CaptureView>
{
    private static readonly Column[] s_columns = [new("ORDER", ColumnKind.Name), new("KEEPS"), new("STATE"), new("UNTIL"), new("BY"), new("WHY")];

    public CaptureListCommand(Surroundings surroundings)
        : base("list", "List the rules of the configuration and the orders that were given.", surroundings) =>
        Takes([], "causeway capture list", "causeway capture list --json | jq '.orders[] | select(.state == \"in_force\")'");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/capture");

    protected override void Show(CaptureView answer, Connection connection, Screen screen)
    {
        if (answer.Rules.Count + answer.Orders.Count == 0)
        {
            screen.Line("No prompt and no answer is kept. Keep those of a feature for a time with: causeway capture order --feature FEATURE --until 24h --reason TEXT");
            return;
        }

        screen.Table(s_columns, answer.Rules.Select(rule => (IReadOnlyList<string>)["", CaptureCommand.Of(rule), "in the configuration", "", "", ""])
            .Concat(answer.Orders.Select(order => (IReadOnlyList<string>)[order.Id, CaptureCommand.Of(order.Rule), order.State.Replace('_', ' '), Figures.Time(order.EndedAt ?? order.Until), order.CreatedBy, order.Reason])));
        if (answer.Lost > 0)
        {
            screen.Remark($"{Figures.Count(answer.Lost)} were let go since the start of this instance.");
        }
    }
}

/// <summary><c>causeway capture order</c></summary>
internal sealed class CaptureOrderCommand : ClientVerb<CaptureOrderView>
{
    private readonly Option<string> _feature = new("--feature") { HelpName = "FEATURE", Required = true, Description = "Of which feature." };
    private readonly Option<string> _until = new("--until") { HelpName = "WHEN", Required = true, Description = "Until when requests are kept: 24h, 7d, a day or a time; 90 days at most." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Required = true, Description = "Why; kept in the audit." };
    private readonly Option<string?> _team = new("--team") { HelpName = "TEAM", Description = "Whose requests. Default: every team's" };
    private readonly Option<string?> _env = new("--env") { HelpName = "LIST", Description = "In which environments, with commas. Default: all" };
    private readonly Option<string?> _upTo = new("--up-to") { HelpName = "CLASS", Description = "The highest class of data that is kept. Default: internal" };
    private readonly Option<bool> _redacted = new("--redacted") { Description = "Requests of which something was redacted too, with placeholders." };
    private readonly Option<string?> _keep = new("--keep") { HelpName = "SPAN", Description = "For how long each is kept, 1h to 30d. Default: 7d" };
    private readonly Option<int?> _maxBytes = new("--max-bytes") { HelpName = "COUNT", Description = "Of a prompt, and of an answer, at most. Default: 65536" };

    public CaptureOrderCommand(Surroundings surroundings)
        : base("order", "Keep a feature's prompts and answers from the next request on, until it ends by itself.", surroundings) =>
        Takes([_feature, _team, _env, _upTo, _redacted, _keep, _maxBytes, _until, _reason], "causeway capture order --feature triage --team support --env dev --until 24h --reason \"ticket 1234: wrong answers\"");

    protected override AdminRequest Ask(ParseResult parsed) => new(HttpMethod.Post, "/capture", JsonSerializer.SerializeToUtf8Bytes(
        new OrderCaptureRequest
        {
            Feature = parsed.GetRequiredValue(_feature),
            Team = parsed.GetValue(_team),
            Environments = parsed.GetValue(_env)?.Split(',', StringSplitOptions.TrimEntries),
            UpTo = parsed.GetValue(_upTo),
            Redacted = parsed.GetValue(_redacted),
            Keep = parsed.GetValue(_keep),
            MaxBytes = parsed.GetValue(_maxBytes),
            Until = parsed.GetRequiredValue(_until),
            Reason = parsed.GetRequiredValue(_reason),
        },
        AdminJson.Asked.OrderCaptureRequest));

    protected override void Show(CaptureOrderView answer, Connection connection, Screen screen)
    {
        CaptureCommand.Show(answer, screen);
        screen.Remark(string.Create(CultureInfo.InvariantCulture, $"End it sooner with: causeway capture end {answer.Id} --reason TEXT"));
    }
}

/// <summary><c>causeway capture end</c></summary>
internal sealed class CaptureEndCommand : ClientVerb<CaptureOrderView>
{
    private readonly Argument<string> _id = new("ID") { Description = "The order's id." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Required = true, Description = "Why; kept in the audit." };

    public CaptureEndCommand(Surroundings surroundings)
        : base("end", "End an order: nothing more is kept by it; what was kept stays until its own time is over.", surroundings)
    {
        Add(_id);
        Takes([_reason], "causeway capture end cap_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --reason \"found\"");
    }

    protected override AdminRequest Ask(ParseResult parsed) => new(
        HttpMethod.Post,
        $"/capture/{Uri.EscapeDataString(parsed.GetRequiredValue(_id))}/end",
        JsonSerializer.SerializeToUtf8Bytes(new EndCaptureRequest { Reason = parsed.GetRequiredValue(_reason) }, AdminJson.Asked.EndCaptureRequest));

    protected override void Show(CaptureOrderView answer, Connection connection, Screen screen) => CaptureCommand.Show(answer, screen);
}
