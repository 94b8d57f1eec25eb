using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Values that stand in no body.</summary>
internal static class JsonSlices
{
    public static JsonSlice True { get; } = new("true"u8.ToArray());

    /// <summary>Strings one after the other, with escaped text between them.</summary>
    public static JsonSlice Joined(IEnumerable<JsonSlice> strings, ReadOnlySpan<byte> between)
    {
        List<byte> joined = [(byte)'"'];
        foreach (JsonSlice text in strings)
        {
            if (joined.Count > 1)
            {
                joined.AddRange(between);
            }

            joined.AddRange(text.Escaped);
        }

        joined.Add((byte)'"');
        return new JsonSlice(joined.ToArray());
    }

    /// <summary>An object of one member.</summary>
    public static JsonSlice Wrapped(string name, JsonSlice value) => new((byte[])[.. "{\""u8, .. System.Text.Encoding.UTF8.GetBytes(name), .. "\":"u8, .. value.Raw.Span, (byte)'}']);
}
