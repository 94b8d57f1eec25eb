using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Raises;

namespace Causeway.Commands;

/// <summary><c>causeway grant seal</c></summary>
internal sealed class GrantSealCommand : ClientVerb<SealView>
{
    private readonly Argument<string> _parent = new("PARENT") { Description = "The grant out of which it is carved: it and what is below it can be helped." };
    private readonly Option<string> _usd = new("--usd") { HelpName = "USD/WINDOW", Required = true, Description = "How much, with the window of one of the parent's money limits: 25/month." };
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why." };

    public GrantSealCommand(Surroundings surroundings)
        : base("seal", "Carve an amount out of a grant that nobody can use until the glass is broken.", surroundings)
    {
        Add(_parent);
        Takes([_usd, _reason], "causeway grant seal grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --usd 25/month");
    }

    protected override AdminRequest Ask(ParseResult parsed) => new(
        HttpMethod.Post,
        "/seals",
        JsonSerializer.SerializeToUtf8Bytes(
            new SealRequest { Parent = parsed.GetRequiredValue(_parent), Usd = parsed.GetRequiredValue(_usd), Reason = parsed.GetValue(_reason) }, AdminJson.Asked.SealRequest));

    protected override void Show(SealView answer, Connection connection, Screen screen)
    {
        screen.Accent(answer.Id);
        screen.Line();
        screen.Line($"{answer.Limit} of {answer.Parent} ({answer.Holder}) is sealed.");
        screen.Remark("In an emergency: causeway grant break-glass GRANT --usd N --for 60m --reason TEXT");
    }
}
