using System.Net;
using System.Net.Http.Headers;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Upstream;

/// <summary>Sends a body with its splices without copying it together.</summary>
internal sealed class SplicedContent : HttpContent
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");
    private readonly SplicedBody _body;

    public SplicedContent(SplicedBody body)
    {
        _body = body;
        Headers.ContentType = s_json;
        Headers.ContentLength = body.Length;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        _body.WriteToAsync(stream, CancellationToken.None).AsTask();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _body.WriteToAsync(stream, cancellationToken).AsTask();
}
