using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Json;

namespace Causeway.Wire.Neutral;

/// <summary>
/// A plain reply of the caller's own protocol, in which nothing but the answers is replaced: whatever else the provider said stays, also what the
/// neutral form has no place for.
/// </summary>
/// <param name="target">The provider that answers.</param>
/// <param name="request">The request that is answered. Its body must live as long as this.</param>
/// <param name="isRequestOwn">The provider was sent the caller's own bytes; false: a request that was written for it, of which a reply may repeat something.</param>
public sealed class ReplyBody(Target target, RequestTranslation request, bool isRequestOwn)
{
    /// <summary>The caller reads what the provider writes.</summary>
    public bool IsCallers => Operations.HaveOneBody(target.Operation, request.Request.Origin);

    /// <summary>Puts documents in the place of the answers of a reply.</summary>
    /// <param name="body">The reply, of status 200; <see cref="IsCallers"/>.</param>
    /// <param name="documents">By choice: what is to be the whole answer, in one part. JSON in UTF-8.</param>
    /// <param name="tool">The tool whose call is the answer; null: text.</param>
    /// <returns>The reply: the same bytes where nothing had to be changed; null: some answer's place is not known, so the reply has to be written anew.</returns>
    public ReadOnlyMemory<byte>? With(ReadOnlyMemory<byte> body, IReadOnlyDictionary<int, ReadOnlyMemory<byte>> documents, string? tool)
    {
        if (isRequestOwn && documents.Count == 0)
        {
            return body;
        }

        try
        {
            return ShapedBody.Parse(body.Span) is JsonObject reply ? With(reply, body, documents, tool) : null;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or JsonException)
        {
            // Two members of one name, or half a surrogate pair: a tree cannot hold them.
            return null;
        }
    }

    private ReadOnlyMemory<byte>? With(JsonObject reply, ReadOnlyMemory<byte> body, IReadOnlyDictionary<int, ReadOnlyMemory<byte>> documents, string? tool)
    {
        Codec codec = WireFormat.CodecOf(target.Operation)!;
        bool isChanged = !isRequestOwn && codec.RepeatRequest(reply, request.Request);
        foreach ((int choice, ReadOnlyMemory<byte> document) in documents)
        {
            AnswerPlace place = codec.SetAnswer(reply, choice, Encoding.UTF8.GetString(document.Span), tool);
            if (place == AnswerPlace.Missing)
            {
                return null;
            }

            isChanged |= place == AnswerPlace.Set;
        }

        if (!isChanged)
        {
            return body;
        }

        ArrayBufferWriter<byte> output = new(body.Length);
        using (Utf8JsonWriter json = JsonOutput.To(output))
        {
            reply.WriteTo(json);
        }

        return output.WrittenMemory;
    }
}
