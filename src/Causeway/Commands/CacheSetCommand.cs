using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Cache;
using Causeway.Releases.Cache;

namespace Causeway.Commands;

/// <summary><c>causeway cache set</c></summary>
internal sealed class CacheSetCommand : ClientVerb<CacheView>
{
    private readonly Argument<string> _name = new("NAME") { Description = "The channel's name." };
    private readonly Option<string> _ttl = new("--ttl") { HelpName = "SPAN", Required = true, Description = "How long an answer may be given again, such as 10m or 24h, up to 30d; off: answers are not kept." };

    public CacheSetCommand(Surroundings surroundings)
        : base("set", "Set how long a channel's answers may be given again.", surroundings)
    {
        Add(_name);
        Takes([_ttl], "causeway cache set support --ttl 10m", "causeway cache set support --ttl off");
    }

    protected override string? Prepare(ParseResult parsed) =>
        SecondsOf(parsed) is null ? $"--ttl: \"{Printable.Cut(parsed.GetRequiredValue(_ttl))}\" is not {Moment.SpanForm}, of 30 days at most, or off" : null;

    protected override AdminRequest Ask(ParseResult parsed) => new(
        HttpMethod.Put,
        $"/channels/{Uri.EscapeDataString(parsed.GetRequiredValue(_name))}/cache",
        JsonSerializer.SerializeToUtf8Bytes(new SetCacheRequest { TtlSeconds = SecondsOf(parsed)!.Value }, AdminJson.Asked.SetCacheRequest));

    protected override void Show(CacheView answer, Connection connection, Screen screen) => CacheStatusCommand.ShowAll(answer, screen);

    private int? SecondsOf(ParseResult parsed) => SpanOrOff.Seconds(parsed.GetRequiredValue(_ttl), CacheSettings.MinTtlSeconds, CacheSettings.MaxTtlSeconds);
}
