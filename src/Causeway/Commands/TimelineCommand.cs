using System.CommandLine;
using System.Globalization;
using Causeway.Admin;
using Causeway.Admin.Incidents;

namespace Causeway.Commands;

/// <summary><c>causeway timeline</c>: one incident as a table.</summary>
internal sealed class TimelineCommand : ClientVerb<TimelinePage>
{
    private static readonly Column[] s_columns = [new("SEQ", ColumnKind.Number), new("AT"), new("CHANNEL", ColumnKind.Name), new("WHAT"), new("BY"), new("REASON"), new("DETAIL")];

    private readonly Argument<string?> _channel = new("CHANNEL") { Description = "The channel's name; left out: all of them.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _since = new("--since") { HelpName = "WHEN", Description = "24h, 7d, 2026-11-23 or 2026-11-23T14:00:00Z." };
    private readonly Option<int?> _limit = new("--limit") { HelpName = "COUNT", Description = "How many at most, up to 1000. Default: 100, the newest" };
    private readonly Option<bool> _verify = new("--verify") { Description = "Walk the whole chain as well; ends with 1 where an entry was altered or taken out." };

    public TimelineCommand(Surroundings surroundings)
        : base("timeline", "What happened to channels: rollouts, guards, rollbacks, who and why.", surroundings)
    {
        Add(_channel);
        Takes([_since, _limit, _verify], "causeway timeline support --since 24h", "causeway timeline --verify", "causeway timeline support --json > incident.json");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/timeline",
        ("channel", parsed.GetValue(_channel)),
        ("since", parsed.GetValue(_since)),
        ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture)),
        ("verify", parsed.GetValue(_verify) ? "true" : null));

    protected override int CodeOf(AdminReply reply) =>
        reply.Succeeded && System.Text.Json.JsonSerializer.Deserialize(reply.Body, AdminJson.Api.TimelinePage) is not { Chain.BrokenAt: not null } ? ExitCodes.Ok : ExitCodes.Failed;

    protected override void Show(TimelinePage answer, Connection connection, Screen screen)
    {
        if (answer.Entries.Count == 0)
        {
            screen.Line("Nothing has happened.");
        }
        else
        {
            screen.Table(s_columns, answer.Entries.Reverse().Select(entry => (IReadOnlyList<string>)
            [
                Figures.Count(entry.Seq),
                entry.At.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
                entry.Channel ?? "everywhere",
                entry.Kind.ToString() is var kind ? string.Concat(kind.Select((c, i) => i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString())) : "",
                entry.Actor,
                entry.Reason ?? "",
                entry.Detail,
            ]));
        }

        if (answer.Chain is { } chain)
        {
            screen.Line();
            screen.Line(chain.BrokenAt is { } broken
                ? $"The chain is broken: entry {broken} was altered, or one before it was taken out."
                : $"The chain is whole: {Figures.Plural(chain.Entries, "entry", "entries")}.");
        }
    }
}
