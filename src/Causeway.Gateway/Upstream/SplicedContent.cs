using System.Net;
using System.Net.Http.Headers;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Upstream;

/// <summary>Sends a body with its splices without copying it together.</summary>
internal sealed class SplicedContent : HttpContent
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    /// <param name="body">What is sent.</param>
    /// <param name="contentType">What it is, as the caller says; null: JSON.</param>
    public SplicedContent(SplicedBody body, string? contentType = null)
    {
        Body = body;
        if (contentType is null)
        {
            Headers.ContentType = s_json;
        }
        else
        {
            Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

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
