using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Wire.Requests;

/// <summary>Plans the splices that a request needs before it may go to a provider of its own protocol.</summary>
public static class RequestRewrite
{
    // Of these nearly every name of a model is made, and none of them is ever escaped.
    private static readonly SearchValues<char> AsTheyAre = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:/@");

    /// <summary>Names the model that was authorised wherever the body names one, and makes a chat stream report its usage.</summary>
    /// <param name="operation">The operation that the body was scanned as.</param>
    /// <param name="scan">The scan of this body.</param>
    /// <param name="body">The body.</param>
    /// <param name="upstreamModel">The provider's name of the model (Gemini: without <c>models/</c>).</param>
    /// <returns>No edit at all when the body already says what it must; then it may pass byte for byte.</returns>
    public static BodyEdits Plan(Operation operation, in RequestScan scan, ReadOnlySpan<byte> body, string upstreamModel)
    {
        WireFormat format = WireFormat.Of(operation);
        BodyEdits edits = default;
        ReadOnlyMemory<byte> literal = default;
        if (scan.ModelRange.Length > 0 && !Names(scan.Model, format.ModelPrefix, upstreamModel))
        {
            literal = Literal(format.ModelPrefix + upstreamModel);
            edits.Add(new BodyEdit(scan.ModelRange, literal));
        }

        foreach (ByteRange range in scan.InnerModelRanges ?? [])
        {
            literal = literal.IsEmpty ? Literal(format.ModelPrefix + upstreamModel) : literal;
            if (!body.Slice(range.Start, range.Length).SequenceEqual(literal.Span))
            {
                edits.Add(new BodyEdit(range, literal));
            }
        }

        format.PlanMetering(scan, body, ref edits);
        return edits;
    }

    private static bool Names(string? model, string prefix, string upstreamModel) =>
        model is not null
        && model.Length == prefix.Length + upstreamModel.Length
        && model.StartsWith(prefix, StringComparison.Ordinal)
        && model.EndsWith(upstreamModel, StringComparison.Ordinal);

    private static byte[] Literal(string text)
    {
        if (text.AsSpan().ContainsAnyExcept(AsTheyAre))
        {
            return [(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];
        }

        byte[] literal = new byte[text.Length + 2];
        literal[0] = literal[^1] = (byte)'"';
        Encoding.ASCII.GetBytes(text, literal.AsSpan(1));
        return literal;
    }
}
