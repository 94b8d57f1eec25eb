using System.Runtime.InteropServices;
using System.Text.Json;

namespace Causeway.Wire.Neutral;

/// <summary>A parsed body whose values can be taken out as slices of its own bytes, without a copy.</summary>
internal sealed class JsonBody : IDisposable
{
    private const int MaxDepth = 64;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly JsonDocument _document;

    /// <exception cref="JsonException">Not JSON, or deeper than 64 levels.</exception>
    public JsonBody(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        _document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth });
    }

    public JsonElement Root => _document.RootElement;

    /// <summary>The value's bytes, where they stand.</summary>
    public JsonSlice Slice(JsonElement value)
    {
        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(value);
        return _bytes.Span.Overlaps(raw, out int offset) ? new JsonSlice(_bytes.Slice(offset, raw.Length)) : new JsonSlice(raw.ToArray());
    }

    public void Dispose() => _document.Dispose();
}
