using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;

namespace Causeway.Commands;

/// <summary><c>causeway webhook redeliver</c>: sends dead letters again, the oldest first, and stops at the first that is not taken.</summary>
internal sealed class WebhookRedeliverCommand : Command
{
    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();
    private readonly Argument<string?> _id = new("ID") { Arity = ArgumentArity.ZeroOrOne, Description = "The letter, as causeway webhook dead shows it." };
    private readonly Option<bool> _all = new("--all") { Description = "All of them, the oldest first; the first that is not taken ends it." };

    public WebhookRedeliverCommand(Surroundings surroundings)
        : base("redeliver", "Send again what a webhook did not take.")
    {
        _surroundings = surroundings;
        Add(_id);
        foreach (Option option in (IEnumerable<Option>)[_all, _options.Json, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        Validators.Add(result =>
        {
            if ((result.GetValue(_id) is null) == !result.GetValue(_all))
            {
                result.AddError("Name a letter, or say --all.");
            }
        });
        this.WithExamples("causeway webhook redeliver dlv_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b", "causeway webhook redeliver --all");
        SetAction((parsed, cancellation) => Talk.OpenAsync(parsed, _options, _surroundings, talk => RunAsync(talk, parsed, cancellation), cancellation));
    }

    private async Task<int> RunAsync(Talk talk, ParseResult parsed, CancellationToken cancellation)
    {
        bool json = parsed.GetValue(_options.Json);
        if (parsed.GetValue(_id) is { } id)
        {
            return await SendAsync(talk, id, json, cancellation);
        }

        List<string> ids = [];
        string? cursor = null;
        do
        {
            if (await talk.AskAsync(AdminRequest.Get("/webhook/dead", ("limit", "1000"), ("cursor", cursor)), AdminJson.Api.DeadLetterPage, cancellation) is not { } page)
            {
                return ExitCodes.Failed;
            }

            ids.AddRange(page.Letters.Select(letter => letter.Id));
            cursor = page.Next;
        }
        while (cursor is not null);

        ids.Reverse();
        foreach (string one in ids)
        {
            if (await SendAsync(talk, one, json, cancellation) is not ExitCodes.Ok and int code)
            {
                return code;
            }
        }

        if (ids.Count == 0 && !json)
        {
            await talk.Output.WriteLineAsync("There are none: every event was taken.");
        }

        return ExitCodes.Ok;
    }

    private static async Task<int> SendAsync(Talk talk, string id, bool json, CancellationToken cancellation)
    {
        if (await talk.AskAsync(new AdminRequest(HttpMethod.Post, $"/webhook/dead/{Uri.EscapeDataString(id)}/redeliver", null), AdminJson.Api.Redelivery, cancellation) is not { } sent)
        {
            return ExitCodes.Failed;
        }

        await talk.Output.WriteLineAsync(json ? JsonSerializer.Serialize(sent, AdminJson.Api.Redelivery).ReplaceLineEndings("") : sent.Delivered ? $"{sent.Id}  taken" : $"{sent.Id}  not taken: {Printable.Of(sent.Problem ?? "")}");
        return sent.Delivered ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
