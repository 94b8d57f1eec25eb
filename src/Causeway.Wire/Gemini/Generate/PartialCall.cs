using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>A call whose arguments come whole, or as values with paths (<c>partialArgs</c>, Vertex) that are put together here.</summary>
internal sealed class PartialCall(int block)
{
    private const int MaxDepth = 32;
    private const int MaxItems = 10_000;

    private byte[]? _whole;
    private JsonNode? _pieced;

    public int Block => block;

    /// <exception cref="FormatException">A path that cannot be read.</exception>
    public void Take(JsonElement call)
    {
        if (call.TryGetProperty("args"u8, out JsonElement arguments) && arguments.ValueKind == JsonValueKind.Object)
        {
            _whole = JsonMarshal.GetRawUtf8Value(arguments).ToArray();
        }

        if (call.TryGetProperty("partialArgs"u8, out JsonElement pieces) && pieces.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement piece in pieces.EnumerateArray())
            {
                Put(GenerateReplyReader.Text(piece, "jsonPath"u8) ?? throw new FormatException("A piece without a path."), piece);
            }
        }
    }

    /// <summary>Hands the arguments over, in one piece.</summary>
    public void WriteArguments(ReplySink sink) =>
        Arguments.Escape(_pieced is not null ? Encoding.UTF8.GetBytes(_pieced.ToJsonString()) : _whole ?? "{}"u8.ToArray(), sink, block);

    private void Put(string path, JsonElement piece)
    {
        List<string> steps = Steps(path);
        _pieced ??= new JsonObject();
        JsonNode at = _pieced;
        for (int i = 0; i < steps.Count; i++)
        {
            bool isLast = i == steps.Count - 1;
            JsonNode? next = isLast ? Value(piece, Get(at, steps[i])) : Get(at, steps[i]) ?? (IsIndex(steps[i + 1]) ? new JsonArray() : new JsonObject());
            Set(at, steps[i], next);
            at = next ?? at;
        }
    }

    /// <summary>Names and <c>[n]</c>s of <c>$.a.b[0]['c']</c>.</summary>
    private static List<string> Steps(string path)
    {
        List<string> steps = [];
        int at = path.StartsWith('$') ? 1 : 0;
        while (at < path.Length)
        {
            int start = at;
            if (path[at] == '[')
            {
                int end = path.IndexOf(']', at);
                string inside = end < 0 ? throw new FormatException("A path that does not close.") : path[(at + 1)..end];
                steps.Add(inside is ['\'' or '"', .., '\'' or '"'] ? inside[1..^1] : $"[{inside}]");
                at = end + 1;
                continue;
            }

            start += path[at] == '.' ? 1 : 0;
            int stop = path.AsSpan(start).IndexOfAny('.', '[');
            at = stop < 0 ? path.Length : start + stop;
            steps.Add(path[start..at]);
        }

        return steps.Count is > 0 and <= MaxDepth ? steps : throw new FormatException("A path that leads nowhere.");
    }

    private static bool IsIndex(string step) => step.StartsWith('[');

    private static int Index(string step) =>
        int.TryParse(step.AsSpan()[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < MaxItems
            ? index
            : throw new FormatException("A path with an index that is none.");

    private static JsonNode? Get(JsonNode at, string step) => IsIndex(step)
        ? at.AsArray() is var list && Index(step) is var index && index < list.Count ? list[index] : null
        : at.AsObject()[step];

    private static void Set(JsonNode at, string step, JsonNode? value)
    {
        if (value?.Parent is not null)
        {
            return; // It is there already.
        }

        if (!IsIndex(step))
        {
            at.AsObject()[step] = value;
            return;
        }

        JsonArray list = at.AsArray();
        int index = Index(step);
        while (list.Count <= index)
        {
            list.Add((JsonNode?)null);
        }

        list[index] = value;
    }

    /// <summary>The piece's value; a string goes on from what was there of it.</summary>
    private static JsonNode? Value(JsonElement piece, JsonNode? before)
    {
        if (GenerateReplyReader.Text(piece, "stringValue"u8) is { } text)
        {
            return JsonValue.Create(before is JsonValue value && value.TryGetValue(out string? start) ? start + text : text);
        }

        return piece.TryGetProperty("numberValue"u8, out JsonElement number) ? JsonNode.Parse(JsonMarshal.GetRawUtf8Value(number))
            : piece.TryGetProperty("boolValue"u8, out JsonElement boolean) ? JsonValue.Create(boolean.GetBoolean())
            : null;
    }
}
