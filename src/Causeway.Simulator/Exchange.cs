using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Faults;
using Causeway.Simulator.Providers;
using Causeway.Simulator.Providers.Anthropic;
using Causeway.Simulator.Providers.Gemini;
using Causeway.Simulator.Providers.OpenAI;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Causeway.Simulator;

/// <summary>One request at a vendor's path: receive, check as the vendor would, ask the script, answer, deliver.</summary>
internal sealed class Exchange(ScriptShelf scripts, Till till, OpenStreams open, ReceivedRequests received, TimeProvider time)
{
    private readonly OpenAIProvider _openAI = new();
    private readonly AnthropicProvider _anthropic = new();
    private readonly GeminiProvider _gemini = new();

    public async Task RunAsync(HttpContext context, CancellationToken stopping)
    {
        HttpRequest request = context.Request;
        (byte[] body, bool tooLarge) = await ReadAsync(request, context.RequestAborted);
        long number = received.Add(
            request.Method,
            context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? request.Path.Value ?? "",
            [.. request.Headers.SelectMany(header => header.Value, (header, value) => new KeyValuePair<string, string>(header.Key, value ?? ""))],
            body);
        string requestId = string.Create(CultureInfo.InvariantCulture, $"req_sim_{number:D12}");

        Route route = Route.Of(request.Method, request.Path.Value ?? "", request.Headers.ContainsKey("anthropic-version"), request.Query["alt"] == "sse");
        IProvider provider = route.Protocol switch { Protocol.Openai => _openAI, Protocol.Anthropic => _anthropic, _ => _gemini };
        Reading reading = tooLarge ? provider.ByStatus(413, error: null) : Check(provider, route, request, body);
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        if (reading.Ask is not { } ask)
        {
            Ask unknown = new() { Protocol = route.Protocol, Operation = Operation.Models, Model = "" };
            await AnswerAsync(context, provider, unknown, reading.Rejection, Behaviour.Ordinary, requestId, gone.Token);
            return;
        }

        ask = ask with { Key = provider.KeyOf(request) };
        Behaviour then = scripts.Take(ask);
        Rejection? scripted = then.Status >= 400 ? provider.ByStatus(then.Status.Value, then.Error) : null;
        await AnswerAsync(context, provider, ask, scripted, then, requestId, gone.Token);
    }

    private Reading Check(IProvider provider, Route route, HttpRequest request, byte[] body)
    {
        string path = request.Path.Value ?? "";
        if (route.Operation is null)
        {
            return provider.NoSuchPath(request.Method, path);
        }

        string key = provider.KeyOf(request);
        if (key.Length == 0)
        {
            return provider.NoKey;
        }

        if (scripts.RequiredKey is { } required && required != key)
        {
            return provider.WrongKey;
        }

        if (request.Method != route.NeededMethod)
        {
            return provider.WrongMethod(request.Method, path);
        }

        if (provider.CheckHeaders(request) is { } rejection)
        {
            return rejection;
        }

        if (route.NeededMethod == "GET")
        {
            return provider.Read(route, default, "");
        }

        try
        {
            JsonElement json = JsonElement.Parse(body);
            string place = $"{route.Protocol}/{route.Operation}/{route.Model}/{route.Stream}/{route.Sse}";
            return json.ValueKind == JsonValueKind.Object ? provider.Read(route, json, Fingerprint.Of(place, body)) : provider.BrokenJson;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // The second is half a surrogate pair in a string, which the parser takes and the reader does not.
            return provider.BrokenJson;
        }
    }

    private async Task AnswerAsync(HttpContext context, IProvider provider, Ask ask, Rejection? rejection, Behaviour then, string requestId, CancellationToken gone)
    {
        Reply reply = then.ReplacesBody ? Foreign(then)
            : rejection is not null ? Reply.Json(provider.Error(rejection, requestId)) with { Status = rejection.Status }
            : provider.Answer(ask, then) with { Status = then.Status ?? StatusCodes.Status200OK };
        bool free = reply.Status >= StatusCodes.Status300MultipleChoices || then.ReplacesBody || then.ReplacesHttp || then.Cut?.BeforeHead is true;

        Tab tab = new(till, open, ask, reply, free);
        tab.Arrived();
        IEnumerable<Frame> frames = StreamEdits.Apply(reply, then, ask.Sse, i => provider.ErrorEvent(provider.ByStatus(503, then.Error), ask, i, requestId));
        Delivery delivery = new(context, then, tab, time, gone);
        await delivery.SendAsync(reply, Headers(provider, reply, then, requestId), frames);
    }

    private static Reply Foreign(Behaviour then) => new(then.Status ?? StatusCodes.Status200OK, "text/plain; charset=utf-8",
        [new Frame(then.BodyBase64 ?? Encoding.UTF8.GetBytes(then.Body ?? "")) { Fill = then.BodyBytes ?? 0 }], default);

    private List<KeyValuePair<string, string>> Headers(IProvider provider, Reply reply, Behaviour then, string requestId)
    {
        List<KeyValuePair<string, string>> headers =
        [
            new("content-type", then.ContentType ?? reply.ContentType),
            .. reply.Stream ? [new KeyValuePair<string, string>("cache-control", "no-cache")] : Array.Empty<KeyValuePair<string, string>>(),
            .. provider.AnswerHeaders(requestId, time.GetUtcNow()),
        ];
        foreach ((string name, string? value) in then.Headers ?? new Dictionary<string, string?>())
        {
            headers.RemoveAll(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (value is not null)
            {
                headers.Add(new(name, value));
            }
        }

        return headers;
    }

    private static async Task<(byte[] Body, bool TooLarge)> ReadAsync(HttpRequest request, CancellationToken gone)
    {
        try
        {
            using MemoryStream buffer = new((int)Math.Clamp(request.ContentLength ?? 0, 0, 1 << 20));
            await request.Body.CopyToAsync(buffer, gone);
            return (buffer.ToArray(), false);
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return ([], true);
        }
    }
}
