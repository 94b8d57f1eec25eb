using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Faults;
using Causeway.Simulator.Providers;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Causeway.Simulator;

/// <summary>One request at a vendor's path: receive, check as the vendor would, ask the script, answer, deliver.</summary>
internal sealed class Exchange(ScriptShelf scripts, Till till, OpenStreams open, ReceivedRequests received, TimeProvider time)
{
    private readonly Vendors _vendors = new(scripts.Take, till, time);

    public async Task RunAsync(HttpContext context, CancellationToken stopping)
    {
        HttpRequest request = context.Request;
        (byte[] body, bool tooLarge) = await ReadAsync(request, context.RequestAborted);
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? request.Path.Value ?? "";
        long number = received.Add(
            request.Method,
            target,
            [.. request.Headers.SelectMany(header => header.Value, (header, value) => new KeyValuePair<string, string>(header.Key, value ?? ""))],
            body);
        string requestId = string.Create(CultureInfo.InvariantCulture, $"req_sim_{number:D12}");

        Route route = Route.Of(request.Path.Value ?? "", target, request.Headers.ContainsKey("anthropic-version"), request.Query["alt"] == "sse");
        IProvider provider = _vendors.Of(route.Vendor);
        Incoming incoming = new(route, request, target, body) { Key = provider.KeyOf(request) };
        Reading reading = tooLarge ? provider.ByStatus(413, error: null) : Check(provider, incoming);
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        if (reading.Ask is not { } ask)
        {
            Ask unknown = new() { Vendor = route.Vendor, Protocol = route.Protocol, Operation = Operation.Models, Model = "" };
            await AnswerAsync(context, provider, unknown, reading.Rejection, Behaviour.Ordinary, requestId, gone.Token);
            return;
        }

        ask = ask with { Vendor = route.Vendor, Key = incoming.Key, Account = incoming.Account };
        Behaviour then = TextDraw.Drawn(scripts.Take(ask), number);
        Rejection? scripted = then.Status >= 400 ? provider.ByStatus(then.Status.Value, then.Error) : null;
        await AnswerAsync(context, provider, ask, scripted, then, requestId, gone.Token);
    }

    private Reading Check(IProvider provider, Incoming incoming)
    {
        HttpRequest request = incoming.Request;
        string path = request.Path.Value ?? "";
        if (incoming.Route.Operation is null)
        {
            return provider.NoSuchPath(request.Method, path);
        }

        if (incoming.Key.Length == 0 && provider.NoKey(incoming.Route) is { } keyless)
        {
            return keyless;
        }

        if (incoming.Route.Operation != Operation.Token && scripts.RequiredKey is { } required && required != incoming.Key)
        {
            return provider.WrongKey;
        }

        if (!incoming.Route.Methods.Contains(request.Method))
        {
            return provider.WrongMethod(request.Method, path);
        }

        return provider.CheckHead(incoming) is { } rejection ? rejection : Read(provider, incoming);
    }

    private static Reading Read(IProvider provider, Incoming incoming)
    {
        if (incoming.Route.TakesForm || incoming.Request.Method != "POST")
        {
            return provider.Read(incoming);
        }

        try
        {
            JsonElement json = JsonElement.Parse(incoming.Body);
            Route route = incoming.Route;
            string place = $"{route.Vendor}/{route.Protocol}/{route.Operation}/{route.Model}/{route.Stream}/{route.Sse}";
            return json.ValueKind == JsonValueKind.Object
                ? provider.Read(incoming with { Json = json, Fingerprint = Fingerprint.Of(place, incoming.Body) })
                : provider.BrokenJson;
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
        await delivery.SendAsync(reply, Headers(provider, reply, rejection, then, requestId), frames);
    }

    private static Reply Foreign(Behaviour then) => new(then.Status ?? StatusCodes.Status200OK, "text/plain; charset=utf-8",
        [new Frame(then.BodyBase64 ?? Encoding.UTF8.GetBytes(then.Body ?? "")) { Fill = then.BodyBytes ?? 0 }], default);

    private List<KeyValuePair<string, string>> Headers(IProvider provider, Reply reply, Rejection? rejection, Behaviour then, string requestId)
    {
        List<KeyValuePair<string, string>> headers =
        [
            new("content-type", then.ContentType ?? reply.ContentType),
            .. reply.Stream ? [new KeyValuePair<string, string>("cache-control", "no-cache")] : Array.Empty<KeyValuePair<string, string>>(),
            .. provider.AnswerHeaders(requestId, time.GetUtcNow()),
            .. rejection is null ? [] : provider.ErrorHeaders(rejection),
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
