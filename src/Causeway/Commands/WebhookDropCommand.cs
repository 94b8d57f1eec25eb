using System.CommandLine;

namespace Causeway.Commands;

/// <summary><c>causeway webhook drop</c></summary>
internal sealed class WebhookDropCommand : Command
{
    private readonly ConnectionOptions _options = new();
    private readonly Argument<string> _id = new("ID") { Description = "The letter, as causeway webhook dead shows it." };

    public WebhookDropCommand(Surroundings surroundings)
        : base("drop", "Forget what a webhook did not take.")
    {
        Add(_id);
        Add(_options.Url);
        Add(_options.TokenFile);
        this.WithExamples("causeway webhook drop dlv_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b");
        SetAction((parsed, cancellation) => Talk.OpenAsync(parsed, _options, surroundings, talk => RunAsync(talk, parsed.GetRequiredValue(_id), cancellation), cancellation));
    }

    private static async Task<int> RunAsync(Talk talk, string id, CancellationToken cancellation)
    {
        AdminReply reply = await talk.Client.SendAsync(new AdminRequest(HttpMethod.Delete, "/webhook/dead/" + Uri.EscapeDataString(id)), cancellation);
        if (!reply.Succeeded)
        {
            await talk.Error.WriteLineAsync(ProblemText.Of(reply, talk.Connection, source: null));
            return ExitCodes.Failed;
        }

        await talk.Output.WriteLineAsync($"{id}  dropped");
        return ExitCodes.Ok;
    }
}
