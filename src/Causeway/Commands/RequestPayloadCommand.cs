using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Spend;

namespace Causeway.Commands;

/// <summary><c>causeway request payload</c>: what a request said and was answered, where it is kept.</summary>
internal sealed class RequestPayloadCommand : ClientVerb<PayloadView>
{
    private readonly Argument<string> _id = new("ID") { Description = "The request's id, as in x-causeway-request." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Required = true, Description = "Why it is opened; it is written to the audit first." };

    public RequestPayloadCommand(Surroundings surroundings)
        : base("payload", "Open what a request said and was answered, where \"capture\" keeps it.", surroundings)
    {
        Add(_id);
        Takes([_reason], "causeway request payload req_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --reason \"ticket 1234: wrong answer\"");
    }

    protected override AdminRequest Ask(ParseResult parsed) => new(
        HttpMethod.Post,
        $"/usage/{Uri.EscapeDataString(parsed.GetRequiredValue(_id))}/payload",
        JsonSerializer.SerializeToUtf8Bytes(new OpenPayloadRequest { Reason = parsed.GetRequiredValue(_reason) }, AdminJson.Asked.OpenPayloadRequest));

    protected override void Show(PayloadView answer, Connection connection, Screen screen)
    {
        screen.Accent(answer.PromptCut ? $"Prompt, the beginning of {Figures.Count(answer.PromptBytes)} bytes" : "Prompt");
        screen.Line(answer.Prompt);
        screen.Line();
        screen.Accent(answer.AnswerCut ? "Answer, its beginning" : "Answer");
        screen.Line(answer.Answer);
        screen.Line();
        screen.Remark($"It is forgotten at {Figures.Time(answer.Until)}. That it was opened is in the audit.");
    }
}
