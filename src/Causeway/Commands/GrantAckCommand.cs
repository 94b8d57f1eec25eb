using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Raises;

namespace Causeway.Commands;

/// <summary><c>causeway grant ack</c></summary>
internal sealed class GrantAckCommand : ClientVerb<GlassView>
{
    private readonly Argument<string> _id = new("ID") { Description = "The broken glass, as \"causeway grant inbox\" shows it." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Required = true, Description = "What the review found." };

    public GrantAckCommand(Surroundings surroundings)
        : base("ack", "Close the review of a broken glass. The first review stands.", surroundings)
    {
        Add(_id);
        Takes([_reason], "causeway grant ack glass_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --reason \"justified; the day's limit is raised for good\"");
    }

    protected override AdminRequest Ask(ParseResult parsed) => new(
        HttpMethod.Post,
        $"/glass/{Uri.EscapeDataString(parsed.GetRequiredValue(_id))}/ack",
        JsonSerializer.SerializeToUtf8Bytes(new GlassReview { Reason = parsed.GetRequiredValue(_reason) }, AdminJson.Asked.GlassReview));

    protected override void Show(GlassView answer, Connection connection, Screen screen) =>
        screen.Line($"{answer.Id} was reviewed by {answer.ReviewedBy} at {Figures.Time(answer.ReviewedAt)}: {answer.ReviewReason}");
}
