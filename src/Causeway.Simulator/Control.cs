using System.Globalization;
using System.Text.Json;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Providers;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator;

/// <summary>The control endpoint under <c>/sim</c>: script in, bill and received requests out. It is not itself recorded or scripted.</summary>
internal sealed class Control(ScriptShelf scripts, Till till, OpenStreams open, ReceivedRequests received, TimeProvider time)
{
    private const string Routes =
        "PUT|GET|DELETE /sim/script, GET|DELETE /sim/bill, GET|DELETE /sim/requests?last=N, GET /sim/open?until=N&within_ms=M";

    public async Task RunAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        switch (request.Method, request.Path.Value)
        {
            case ("PUT", "/sim/script"):
                await PutScriptAsync(context);
                break;
            case ("GET", "/sim/script"):
                await WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(scripts.View(), ScriptJson.Default.ScriptView));
                break;
            case ("DELETE", "/sim/script"):
                scripts.Put(new Script());
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case ("GET", "/sim/bill"):
                await WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(till.View(), ScriptJson.Default.BillView));
                break;
            case ("DELETE", "/sim/bill"):
                till.Clear();
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case ("GET", "/sim/requests"):
                await WriteAsync(context, Requests(received.Last((int)Number(request, "last", int.MaxValue))));
                break;
            case ("DELETE", "/sim/requests"):
                received.Clear();
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case ("GET", "/sim/open"):
                await WriteAsync(context, Open(await OpenAsync(context)));
                break;
            default:
                await WriteAsync(context, Complaints([$"{request.Method} {request.Path} is not a control route; there are {Routes}"]), StatusCodes.Status404NotFound);
                break;
        }
    }

    private async Task PutScriptAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        (Script? script, IReadOnlyList<string> complaints) = ScriptReader.Read(body.GetBuffer().AsSpan(0, (int)body.Length));
        if (script is null)
        {
            await WriteAsync(context, Complaints(complaints), StatusCodes.Status400BadRequest);
            return;
        }

        scripts.Put(script);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>With <c>until</c> the answer waits for that number, so that a test awaits a fact and not a time.</summary>
    private async Task<int> OpenAsync(HttpContext context)
    {
        if (!context.Request.Query.ContainsKey("until"))
        {
            return open.Count;
        }

        TimeSpan within = TimeSpan.FromMilliseconds(Math.Min(Number(context.Request, "within_ms", 10_000), 600_000));
        using CancellationTokenSource bound = new(within, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, context.RequestAborted);
        return await open.UntilAsync((int)Number(context.Request, "until", 0), either.Token);
    }

    private static long Number(HttpRequest request, string name, int otherwise) =>
        int.TryParse(request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : otherwise;

    private static byte[] Open(int streams) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteNumber("streams", streams);
        w.WriteEndObject();
    });

    private static byte[] Complaints(IReadOnlyList<string> complaints) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteStartArray("errors");
        foreach (string complaint in complaints)
        {
            w.WriteStringValue(complaint);
        }

        w.WriteEndArray();
        w.WriteEndObject();
    });

    private static byte[] Requests(IReadOnlyList<Received> requests) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteStartArray("requests");
        foreach (Received request in requests)
        {
            w.WriteStartObject();
            w.WriteNumber("number", request.Number);
            w.WriteString("method", request.Method);
            w.WriteString("target", request.Target);
            w.WriteStartArray("headers");
            foreach ((string name, string value) in request.Headers)
            {
                w.WriteStartArray();
                w.WriteStringValue(name);
                w.WriteStringValue(value);
                w.WriteEndArray();
            }

            w.WriteEndArray();
            w.WriteBase64String("body_base64", request.Body);
            w.WriteEndObject();
        }

        w.WriteEndArray();
        w.WriteEndObject();
    });

    private static async Task WriteAsync(HttpContext context, byte[] json, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }
}
