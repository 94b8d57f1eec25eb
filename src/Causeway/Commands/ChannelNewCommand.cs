using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Channels;
using Causeway.Releases.Channels;

namespace Causeway.Commands;

/// <summary><c>causeway channel new</c></summary>
internal sealed class ChannelNewCommand : ClientVerb<ChannelView>
{
    private readonly Argument<string> _name = new("NAME") { Description = "What callers send as model: lower-case letters, digits, '.', '_' and '-'." };
    private readonly Option<string> _release = new("--release") { HelpName = "ID", Required = true, Description = "The release that it points at, or the beginning of its id." };
    private readonly Option<string?> _unsupported = new("--unsupported") { HelpName = "RULE", Description = "What becomes of a field that a provider cannot take: deny or drop. Default: deny" };
    private readonly Option<string?> _conformance = new("--conformance") { HelpName = "RULE", Description = "What is asked of a pin before an answer that must follow a contract may come from it: off, warn or require. Default: warn" };

    public ChannelNewCommand(Surroundings surroundings)
        : base("new", "Make a channel: a name that callers send as model.", surroundings)
    {
        _unsupported.TakesOneOf("deny", "drop");
        _conformance.TakesOneOf("off", "warn", "require");
        Add(_name);
        Takes(
            [_release, _unsupported, _conformance],
            "causeway channel new support --release rel_0c8f2a9d41e7",
            "causeway channel new support --release rel_0c8f2a9d41e7 --unsupported drop",
            "causeway channel new invoices --release rel_0c8f2a9d41e7 --conformance require");
    }

    protected override AdminRequest Ask(ParseResult parsed)
    {
        var body = new CreateChannelRequest
        {
            Name = parsed.GetRequiredValue(_name),
            Release = parsed.GetRequiredValue(_release),
            Unsupported = parsed.GetValue(_unsupported) == "drop" ? UnsupportedFields.Drop : UnsupportedFields.Deny,
            Conformance = parsed.GetValue(_conformance) switch
            {
                "off" => ConformanceRule.Off,
                "require" => ConformanceRule.Require,
                _ => ConformanceRule.Warn,
            },
        };
        return new AdminRequest(HttpMethod.Post, "/channels", JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.CreateChannelRequest));
    }

    protected override void Show(ChannelView answer, Connection connection, Screen screen)
    {
        ChannelShowCommand.ShowAll(answer, screen);
        screen.Line();
        screen.Remark($"Callers send \"model\": \"{answer.Name}\", from the next request on.");
    }
}
