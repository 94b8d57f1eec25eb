using System.CommandLine;
using Causeway.Admin.Channels;

namespace Causeway.Commands;

/// <summary><c>causeway channel show</c></summary>
internal sealed class ChannelShowCommand : ClientVerb<ChannelView>
{
    private static readonly Column[] s_columns = [new("PIN", ColumnKind.Name), new("DIALECT"), new("PROVEN"), new("ELIGIBLE")];

    private readonly Argument<string> _name = new("NAME") { Description = "The channel's name." };

    public ChannelShowCommand(Surroundings surroundings)
        : base("show", "Show where a channel points.", surroundings)
    {
        Add(_name);
        Takes([], "causeway channel show support");
    }

    /// <summary>The name, and everything else below it.</summary>
    public static void ShowAll(ChannelView channel, Screen screen)
    {
        screen.Accent(channel.Name);
        screen.Pairs(
        [
            ("Release", channel.Release),
            .. channel.Pins.Select((pin, i) => (i == 0 ? "Pins" : "", pin)),
            ("Unsupported fields", channel.Unsupported.Word()),
            ("Conformance", channel.Conformance.Word()),
            .. channel.CacheTtlSeconds > 0 ? [("Answers kept", Figures.Span(TimeSpan.FromSeconds(channel.CacheTtlSeconds)))] : Array.Empty<(string, string)>(),
            ("Version", Figures.Count(channel.Version)),
            ("Since", Figures.Time(channel.UpdatedAt)),
            .. channel.LocalRollback is { } local ? [("Here", $"rolled back to {ReleaseShowCommand.Short(local.To)} on this instance alone, by {local.By}: {local.Reason}")] : Array.Empty<(string, string)>(),
            .. channel.Readiness is { } readiness ? [("Way back", $"{ReadinessCommand.Word(readiness.State)}, {readiness.Score} of 100{(readiness.Weakest is { } weakest ? ": " + weakest : "")}")] : Array.Empty<(string, string)>(),
            .. channel.Readiness?.BreaksFirst is { } first ? [("Breaks first", channel.Readiness.BreaksAt is { } at ? $"{first} ({Figures.Time(at)})" : first)] : Array.Empty<(string, string)>(),
        ]);
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/channels/" + Uri.EscapeDataString(parsed.GetRequiredValue(_name)));

    protected override void Show(ChannelView answer, Connection connection, Screen screen)
    {
        ShowAll(answer, screen);
        if (answer.Eligibility is not { Count: > 0 } pins)
        {
            return;
        }

        screen.Line();
        screen.Table(s_columns, pins.Select(pin => (IReadOnlyList<string>)
            [pin.Pin, pin.Dialect ?? "none", pin.Proven ? "yes" : "no", pin.Eligible ? "yes" : "no"]));
        foreach (PinEligibility pin in pins)
        {
            foreach (string reason in pin.Missing)
            {
                screen.Remark($"  {pin.Pin}: {reason}");
            }
        }
    }
}
