using Causeway.Gateway.Flow;
using Causeway.Wire;
using Causeway.Wire.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Upstream;

/// <summary>Builds what the provider gets: a fixed set of headers, the caller's query, the body with its splices.</summary>
internal static class UpstreamRequest
{
    public static HttpRequestMessage Create(Call call, Plan plan, Received received, SplicedBody body)
    {
        UpstreamClient client = plan.Route.Client;
        HttpRequest inbound = call.Context.Request;
        HttpRequestMessage message = client.Create(HttpMethod.Post, PathOf(call, plan, received));
        message.Content = new SplicedContent(body);
        foreach (KeyValuePair<string, StringValues> header in inbound.Headers)
        {
            if (ProtocolHeaders.ForwardsRequest(call.Protocol, header.Key) && !EndsHere(inbound.Headers.Connection, header.Key))
            {
                message.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string>)header.Value!);
            }
        }

        message.Headers.TryAddWithoutValidation("Accept", received.Stream ? "text/event-stream, application/json" : "application/json");
        client.AddMissing(message);
        return message;
    }

    // Whether Gemini streams events or an array is said by the caller's own query, which goes along where the path is the caller's too.
    private static string PathOf(Call call, Plan plan, Received received)
    {
        PlatformAddress address = plan.Route.Provider.Address;
        string path = UpstreamPath.For(address, call.Operation, plan.Model, stream: call.Protocol != Protocol.Gemini && received.Stream);
        return UpstreamPath.KeepsQuery(address, plan.Model) ? path + call.Context.Request.QueryString.Value : path;
    }

    // RFC 9110, 7.6.1: what the connection line names was meant for this hop alone. Kestrel shows a line that also says "close" or
    // "keep-alive" as that word only; the allow-list above stands either way.
    private static bool EndsHere(StringValues connection, string name)
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
