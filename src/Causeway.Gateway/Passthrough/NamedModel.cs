using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Wire;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Passthrough;

/// <summary>The model that a body names, and where.</summary>
/// <param name="Model">In the caller's words; null: none is named.</param>
/// <param name="Range">Where it stands, quotes included in JSON.</param>
/// <param name="IsJson">It is a JSON string; otherwise a form's plain value.</param>
internal sealed record NamedModel(string? Model, ByteRange Range, bool IsJson)
{
    public static NamedModel None { get; } = new(null, default, IsJson: true);

    /// <summary>The splice that names the authorised model; none where the body names it already.</summary>
    public BodyEdits Renamed(string model)
    {
        BodyEdits edits = default;
        if (Model != model)
        {
            edits.Add(new BodyEdit(Range, IsJson ? Literal(model) : Encoding.UTF8.GetBytes(model)));
        }

        return edits;
    }

    private static byte[] Literal(string text) =>
        [(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];
}
