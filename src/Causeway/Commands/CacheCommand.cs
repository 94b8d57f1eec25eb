using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Cache;

namespace Causeway.Commands;

/// <summary><c>causeway cache</c></summary>
internal static class CacheCommand
{
    public static Command Create(Surroundings surroundings) => new("cache", "See and forget the answers that channels keep to give them again.")
    {
        new CacheSetCommand(surroundings),
        new CacheStatusCommand(surroundings),
        new CachePurgeCommand(surroundings),
    };
}

/// <summary><c>causeway cache status</c></summary>
internal sealed class CacheStatusCommand : ClientVerb<CacheView>
{
    private static readonly Column[] s_columns = [new("RELEASE", ColumnKind.Name), new("STATE"), new("ANSWERS", ColumnKind.Number), new("BYTES", ColumnKind.Number), new("OLDEST"), new("NEWEST")];

    private readonly Argument<string> _channel = new("CHANNEL") { Description = "The channel's name." };

    public CacheStatusCommand(Surroundings surroundings)
        : base("status", "Show which answers a channel keeps, by release.", surroundings)
    {
        Add(_channel);
        Takes([], "causeway cache status support");
    }

    /// <summary>The whole of it.</summary>
    public static void ShowAll(CacheView cache, Screen screen)
    {
        screen.Accent(cache.Channel);
        screen.Pairs(
        [
            ("Answers", cache.TtlSeconds == 0 ? "are not kept" : $"may be given again for {Figures.Span(TimeSpan.FromSeconds(cache.TtlSeconds))}"),
            ("Here", $"{Figures.Plural(cache.Here.Hits, "hit")}, {Figures.Plural(cache.Here.Misses, "miss", "misses")}, {Figures.Count(cache.Here.Bypasses)} bypassed; {Figures.Count(cache.Here.Kept)} kept, {Figures.Count(cache.Here.Dropped)} not"),
        ]);
        if (cache.Spaces.Count > 0)
        {
            screen.Line();
            screen.Table(s_columns, cache.Spaces.Select(space => (IReadOnlyList<string>)
            [
                ReleaseShowCommand.Short(space.Release), space.State.ToString().ToLowerInvariant(), Figures.Count(space.Answers), Figures.Count(space.Bytes), Figures.Time(space.Oldest), Figures.Time(space.Newest),
            ]));
        }

        if (cache.Spaces.Any(space => space.State == CacheSpaceState.Fenced))
        {
            screen.Remark("What is fenced is given to nobody. Forget it with: causeway cache purge " + cache.Channel + " --fenced --reason TEXT");
        }
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get($"/channels/{Uri.EscapeDataString(parsed.GetRequiredValue(_channel))}/cache");

    protected override void Show(CacheView answer, Connection connection, Screen screen) => ShowAll(answer, screen);
}

/// <summary><c>causeway cache purge</c></summary>
internal sealed class CachePurgeCommand : ClientVerb<PurgedCache>
{
    private readonly Argument<string> _channel = new("CHANNEL") { Description = "The channel's name." };
    private readonly Option<bool> _fenced = new("--fenced") { Description = "Also what releases left that are in quarantine." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; kept in the timeline.", Required = true };

    public CachePurgeCommand(Surroundings surroundings)
        : base("purge", "Forget the answers that a channel keeps: none made until now is given again.", surroundings)
    {
        Add(_channel);
        Takes([_fenced, _reason], "causeway cache purge support --reason \"the price list has changed\"");
    }

    protected override AdminRequest Ask(ParseResult parsed) => new(
        HttpMethod.Post,
        $"/channels/{Uri.EscapeDataString(parsed.GetRequiredValue(_channel))}/cache/purge",
        JsonSerializer.SerializeToUtf8Bytes(new PurgeCacheRequest { Reason = parsed.GetRequiredValue(_reason), Fenced = parsed.GetValue(_fenced) }, AdminJson.Asked.PurgeCacheRequest));

    protected override void Show(PurgedCache answer, Connection connection, Screen screen) =>
        screen.Line($"{Figures.Plural(answer.Forgotten, "answer")} of {answer.Channel} {(answer.Forgotten == 1 ? "is" : "are")} forgotten. None made before {Figures.Time(answer.Since)} is given again.");
}
