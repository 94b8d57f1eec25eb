using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Wire;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Upstream;

/// <summary>Builds what the provider gets: a fixed set of headers, the caller's query, the body with its splices.</summary>
internal static class UpstreamRequest
{
    public static HttpRequestMessage Create(Call call, Outgoing outgoing, Received received, SplicedBody body, string? host)
    {
        UpstreamClient client = outgoing.Pin.Route.Client;
        HttpRequest inbound = call.Context.Request;
        HttpRequestMessage message = client.CreateCall(PathOf(outgoing, received, inbound), host);
        message.Content = new SplicedContent(body);
        if (outgoing.Pin.Protocol == call.Protocol)
        {
            foreach (KeyValuePair<string, StringValues> header in inbound.Headers)
            {
                if (ProtocolHeaders.ForwardsRequest(call.Protocol, header.Key) && !EndsHere(inbound.Headers.Connection, header.Key))
                {
                    message.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string>)header.Value!);
                }
            }
        }

        if (outgoing.Passes)
        {
            AddName(message, call, outgoing.Pin);
        }

        message.Headers.TryAddWithoutValidation("Accept", AcceptOf(outgoing.Operation, received.Stream));
        client.AddMissing(message);
        return message;
    }

    /// <summary>The name under which the caller would send the same request again, where the provider gets it as it came: a repair is another one.</summary>
    public static void AddName(HttpRequestMessage message, Call call, PinRoute pin)
    {
        if (Once.UpstreamName(call, pin) is { } name)
        {
            message.Headers.TryAddWithoutValidation(Once.Header, name);
        }
    }

    /// <summary>A request of Causeway's own: no caller, no header of a caller.</summary>
    public static HttpRequestMessage Create(UpstreamClient client, Provider provider, Target target, SplicedBody body, bool stream, string? host)
    {
        HttpRequestMessage message = client.CreateCall(UpstreamPath.For(provider.Address, target.Operation, target.Model, stream), host);
        message.Content = new SplicedContent(body);
        message.Headers.TryAddWithoutValidation("Accept", AcceptOf(target.Operation, stream));
        client.AddMissing(message);
        return message;
    }

    // Whether Gemini streams events or an array is said by the caller's own query, which goes along where the path is the caller's too. A
    // stream that is translated is always asked for as events.
    private static string PathOf(Outgoing outgoing, Received received, HttpRequest inbound)
    {
        PlatformAddress address = outgoing.Pin.Provider.Address;
        bool passes = outgoing.Translation is null;
        bool stream = received.Stream && (!passes || outgoing.Pin.Protocol != Protocol.Gemini);
        string path = UpstreamPath.For(address, outgoing.Operation, outgoing.Pin.Model, stream);
        return passes && UpstreamPath.KeepsQuery(address, outgoing.Pin.Model) ? path + inbound.QueryString.Value : path;
    }

    private static string AcceptOf(Operation operation, bool stream) =>
        operation == Operation.ConverseStream ? "application/vnd.amazon.eventstream"
        : stream ? "text/event-stream, application/json"
        : "application/json";

    // RFC 9110, 7.6.1: what the connection line names was meant for this hop alone. Kestrel shows a line that also says "close" or
    // "keep-alive" as that word only; the allow-list above stands either way.
    public static bool EndsHere(StringValues connection, string name)
    {
        foreach (string? line in connection)
        {
            foreach (Range option in line.AsSpan().Split(','))
            {
                if (line.AsSpan(option).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
