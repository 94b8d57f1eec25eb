using System.Net;
using System.Net.Http.Headers;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Upstream;

/// <summary>Sends a body with its splices without copying it together.</summary>
internal sealed class SplicedContent : HttpContent
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    public SplicedContent(SplicedBody body)
    {
        Body = body;
        Headers.ContentType = s_json;
        Headers.ContentLength = body.Length;
    }

    /// <summary>What is sent.</summary>
    public SplicedBody Body { get; }

    protected override bool TryComputeLength(out long length)
    {
        length = Body.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        Body.WriteToAsync(stream, CancellationToken.None).AsTask();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Body.WriteToAsync(stream, cancellationToken).AsTask();
}
