using System.IO.Pipelines;
using Causeway.Gateway.Inbound;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Flow;

/// <summary>Reads the body once into pooled memory and scans it, without an object tree, for what the gateway acts upon.</summary>
internal sealed class Receive(GatewayLimits limits)
{
    // Google's servers take each with a dollar sign, too.
    private static readonly string[] s_hiding = ["fields", "$fields", "alt", "$alt", "callback", "$callback"];

    public async ValueTask<Verdict<Received>> RunAsync(Call call)
    {
        if ((await BodyAsync(call)).Failed(out PooledBody? body, out GatewayError? error))
        {
            return error;
        }

        return Scan(call, body, limits.Lists);
    }

    private static string? HidingIn(IQueryCollection query) => Array.Find(
        s_hiding, name => query.TryGetValue(name, out StringValues values) && !(name is "alt" or "$alt" && values is ["sse" or "json" or "media"]));

    /// <summary>The request with another body in the place of its own.</summary>
    public static Verdict<Received> Again(Call call, byte[] body) => Scan(call, PooledBody.Of(body), new RequestBounds());

    private static Verdict<Received> Scan(Call call, PooledBody body, in RequestBounds bounds)
    {
        if (!RequestScanner.TryScan(call.Operation, body.Memory.Span, bounds, out RequestScan scan, out RequestFault fault))
        {
            body.Dispose();
            return new GatewayError(ErrorKind.Malformed, fault.Code, fault.Message) { Param = fault.Param };
        }

        return new Received(body, scan, call.PathModel ?? scan.Model!);
    }

    /// <summary>The body alone, for calls that are not understood.</summary>
    public async ValueTask<Verdict<PooledBody>> BodyAsync(Call call)
    {
        HttpRequest request = call.Context.Request;
        if (request.ContentLength > limits.BodyBytes)
        {
            return TooLarge();
        }

        if (call.Protocol == Protocol.Gemini && request.QueryString.HasValue && HidingIn(request.Query) is { } hides)
        {
            return new GatewayError(ErrorKind.Malformed, "query_unsupported", $"\"{hides}\" in the query would hide the usage that is booked. Leave it out; of \"alt\", sse and json can be asked for.") { Param = hides };
        }

        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase))
        {
            return new GatewayError(ErrorKind.UnsupportedMediaType, "encoding_unsupported", "A compressed request body is not accepted. Send it without content-encoding.") { Param = "content-encoding" };
        }

        var body = new PooledBody((int)Math.Min(request.ContentLength ?? 0, limits.BodyBytes));
        try
        {
            PipeReader reader = request.BodyReader;
            while (true)
            {
                ReadResult read = await reader.ReadAsync(call.ClientGone);
                if (body.Length + read.Buffer.Length > limits.BodyBytes)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    body.Dispose();
                    return TooLarge();
                }

                body.Append(read.Buffer);
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (BadHttpRequestException broken)
        {
            body.Dispose();
            return broken.StatusCode == StatusCodes.Status408RequestTimeout
                ? new GatewayError(ErrorKind.RequestTimeout, "request_too_slow", "The request's body came too slowly. Send it again.")
                : new GatewayError(ErrorKind.Malformed, "request_malformed", "The request's body could not be read: its framing is broken.");
        }
        catch
        {
            body.Dispose();
            throw;
        }

        return body;
    }

    private GatewayError TooLarge() => new(
        ErrorKind.TooLarge, "request_too_large", $"The request's body is larger than {limits.BodyBytes:N0} bytes (limits.body). Send less, or upload files to the provider and refer to them.");
}
