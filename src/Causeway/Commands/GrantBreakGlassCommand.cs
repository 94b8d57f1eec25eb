using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Raises;

namespace Causeway.Commands;

/// <summary><c>causeway grant break-glass</c></summary>
internal sealed class GrantBreakGlassCommand : ClientVerb<GlassView>
{
    private readonly Argument<string> _grant = new("GRANT") { Description = "The grant that needs more." };
    private readonly Option<string> _usd = new("--usd") { HelpName = "USD", Required = true, Description = "How much." };
    private readonly Option<string> _for = new("--for") { HelpName = "SPAN", Required = true, Description = "For how long: 1m to 60m." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Required = true, Description = "Why. It is reviewed afterwards." };

    public GrantBreakGlassCommand(Surroundings surroundings)
        : base("break-glass", "Lift a grant's money limits at once, out of what was sealed. For an hour at most; the owners are told.", surroundings)
    {
        Add(_grant);
        Takes([_usd, _for, _reason], "causeway grant break-glass grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --usd 20 --for 60m --reason \"INC-7: triage is down\"");
    }

    protected override AdminRequest Ask(ParseResult parsed)
    {
        var body = new GlassRequest
        {
            Grant = parsed.GetRequiredValue(_grant),
            Usd = parsed.GetRequiredValue(_usd),
            For = parsed.GetRequiredValue(_for),
            Reason = parsed.GetRequiredValue(_reason),
        };
        return new AdminRequest(HttpMethod.Post, "/glass", JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.GlassRequest));
    }

    protected override void Show(GlassView answer, Connection connection, Screen screen)
    {
        screen.Accent(answer.Id);
        screen.Line();
        screen.Line($"{answer.Grant} has {Figures.Bound(answer.AmountUsd)} more until {Figures.Time(answer.Until)}, out of {answer.Seal}.");
        RaiseScreen.Show(answer.StillBinding, Figures.Bound(answer.AmountUsd), screen);
        screen.Remark($"The owners are told. Review it afterwards: causeway grant ack {answer.Id} --reason TEXT");
    }
}
