using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Conversations;
using Causeway.Releases.Conversations;

namespace Causeway.Commands;

/// <summary><c>causeway conversation</c></summary>
internal static class ConversationCommand
{
    public static Command Create(Surroundings surroundings) => new("conversation", "See which releases answered conversations, and set what a rollback does to them.")
    {
        new ConversationSetCommand(surroundings),
        new ConversationPreviewCommand(surroundings),
        new ConversationShowCommand(surroundings),
    };
}

/// <summary><c>causeway conversation set</c></summary>
internal sealed class ConversationSetCommand : ClientVerb<ConversationsView>
{
    private readonly Argument<string> _channel = new("CHANNEL") { Description = "The channel's name." };
    private readonly Option<string> _policy = new("--policy") { HelpName = "POLICY", Required = true, Description = "What becomes of conversations whose release is rolled back: migrate, reject, or off." };

    private readonly Option<string?> _transcripts = new("--transcripts") { HelpName = "SPAN", Description = "For how long what is said is kept after a conversation's last answer, sealed, so that another provider can go on with what one keeps: 1h to 30d, or off. Left out: as it was." };

    public ConversationSetCommand(Surroundings surroundings)
        : base("set", "Set what becomes of a channel's conversations when their release is rolled back.", surroundings)
    {
        _policy.TakesOneOf("migrate", "reject", "off");
        Add(_channel);
        Takes([_policy, _transcripts], "causeway conversation set support --policy migrate --transcripts 30d");
    }

    protected override string? Prepare(ParseResult parsed) =>
        parsed.GetValue(_transcripts) is { } text && SecondsOf(text) is null ? $"--transcripts: \"{Printable.Cut(text)}\" is not a time from 1h to 30d, such as 12h or 7d, nor off." : null;

    protected override AdminRequest Ask(ParseResult parsed) => new(
        HttpMethod.Put,
        $"/channels/{Uri.EscapeDataString(parsed.GetRequiredValue(_channel))}/conversations",
        JsonSerializer.SerializeToUtf8Bytes(
            new SetConversationsRequest
            {
                Policy = parsed.GetRequiredValue(_policy) switch
                {
                    "migrate" => ConversationWord.Migrate,
                    "reject" => ConversationWord.Reject,
                    _ => ConversationWord.Off,
                },
                TranscriptSeconds = parsed.GetValue(_transcripts) is { } text ? SecondsOf(text) : null,
            },
            AdminJson.Asked.SetConversationsRequest));

    protected override void Show(ConversationsView answer, Connection connection, Screen screen) => ConversationPreviewCommand.ShowAll(answer, screen);

    private static int? SecondsOf(string text) => SpanOrOff.Seconds(text, TranscriptTime.MinSeconds, TranscriptTime.MaxSeconds);
}

/// <summary><c>causeway conversation preview</c></summary>
internal sealed class ConversationPreviewCommand : ClientVerb<ConversationsView>
{
    private readonly Argument<string> _channel = new("CHANNEL") { Description = "The channel's name." };
    private readonly Option<string?> _release = new("--release") { HelpName = "RELEASE", Description = "The release that answered last; left out: what is being rolled out, or else what answers now." };

    public ConversationPreviewCommand(Surroundings surroundings)
        : base("preview", "Count what live conversations would lose if another release went on with them.", surroundings)
    {
        Add(_channel);
        Takes([_release], "causeway conversation preview support");
    }

    /// <summary>The whole of it.</summary>
    public static void ShowAll(ConversationsView answer, Screen screen)
    {
        screen.Accent(answer.Channel);
        screen.Pairs(
            ("Policy", answer.Policy.ToString().ToLowerInvariant()),
            ("Transcripts", answer.TranscriptSeconds == 0 ? "are not kept" : $"are kept for {Figures.Span(TimeSpan.FromSeconds(answer.TranscriptSeconds))}"),
            ("Answered last by", answer.Release),
            ("Lose nothing", $"{Figures.Count(answer.Live.P0)} (P0)"),
            ("Lose reasoning", $"{Figures.Count(answer.Live.P1)} (P1)"),
            ("Are stuck", $"{Figures.Count(answer.Live.P3)} (P3)"));
    }

    protected override AdminRequest Ask(ParseResult parsed) =>
        AdminRequest.Get($"/channels/{Uri.EscapeDataString(parsed.GetRequiredValue(_channel))}/conversations", ("release", parsed.GetValue(_release)));

    protected override void Show(ConversationsView answer, Connection connection, Screen screen) => ShowAll(answer, screen);
}

/// <summary><c>causeway conversation show</c></summary>
internal sealed class ConversationShowCommand : ClientVerb<ConversationView>
{
    private static readonly Column[] s_columns = [new("TURNS", ColumnKind.Number), new("RELEASE", ColumnKind.Name)];

    private readonly Argument<string> _channel = new("CHANNEL") { Description = "The channel's name." };
    private readonly Argument<string> _session = new("SESSION") { Description = "What callers send as x-causeway-session." };
    private readonly Option<string> _team = new("--team") { HelpName = "TEAM", Required = true, Description = "The team whose keys ask." };

    public ConversationShowCommand(Surroundings surroundings)
        : base("show", "Show which releases answered a conversation.", surroundings)
    {
        Add(_channel);
        Add(_session);
        Takes([_team], "causeway conversation show support session-4711 --team search");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        $"/channels/{Uri.EscapeDataString(parsed.GetRequiredValue(_channel))}/conversations/{Uri.EscapeDataString(parsed.GetRequiredValue(_team))}/{Uri.EscapeDataString(parsed.GetRequiredValue(_session))}");

    protected override void Show(ConversationView answer, Connection connection, Screen screen)
    {
        screen.Accent($"{answer.Session} of {answer.Team} on {answer.Channel}");
        screen.Pairs(("Provider", answer.Provider), ("Portability", answer.Portability switch
        {
            "p0" => "P0: another release goes on with it and loses nothing",
            "p1" => "P1: another release goes on with it, without the reasoning that is not shown",
            _ => $"P3: {answer.Provider} keeps its state, so that only a release of {answer.Provider} goes on with it",
        }), ("Last answer", Figures.Time(answer.LastTurnAt)));
        screen.Line();
        screen.Table(s_columns, answer.Turns.Select(run => (IReadOnlyList<string>)[Figures.Count(run.Turns), run.Release ?? "several"]));
    }
}
