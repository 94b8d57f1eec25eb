using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Passthrough;

/// <summary>What was read of an answer before its caller gets any of it.</summary>
/// <param name="Body">Its bytes, as the caller gets them.</param>
/// <param name="IsWhole">Nothing follows.</param>
internal sealed record ReadAnswer(byte[] Body, bool IsWhole)
{
    /// <summary>Writes it, once the head is set.</summary>
    public void Begin(HttpResponse response)
    {
        response.ContentLength = IsWhole ? Body.Length : response.ContentLength;
        response.BodyWriter.Write(Body);
    }
}
