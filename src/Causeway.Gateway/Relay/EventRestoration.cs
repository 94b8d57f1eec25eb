using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Shadow.Detect;

namespace Causeway.Gateway.Relay;

/// <summary>
/// Puts back what was taken out in the events of one stream, in whichever protocol. The pieces of a text that grows (chat completions, messages, responses, generateContent) are one text each; what
/// waits of it is said with its next piece, or in an event of its own before the text ends. All other texts are whole. Events that hold no bracket pass as they came.
/// </summary>
internal sealed class EventRestoration(Redaction redaction)
{
    private static readonly JsonWriterOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Dictionary<string, Growing> _texts = new(StringComparer.Ordinal);

    /// <summary>Takes an event, its empty line included, and says what can be said by now.</summary>
    public void Take(ReadOnlySpan<byte> bytes, Stream output)
    {
        bool waits = _texts.Values.Any(text => text.Waits);
        if (!waits && !bytes.Contains((byte)'['))
        {
            output.Write(bytes);
            return;
        }

        int data = bytes.StartsWith("data:"u8) ? 0 : bytes.IndexOf("\ndata:"u8) + 1;
        int start = data + 5;
        int length = data == 0 && !bytes.StartsWith("data:"u8) ? -1 : bytes[start..].IndexOfAny((byte)'\n', (byte)'\r');
        JsonNode? root = length > 0 ? Parse(bytes.Slice(start, length)) : null;
        if (root is null)
        {
            // [DONE], a comment, or what is no JSON. A comment ends no text.
            if (length > 0)
            {
                output.Write(End());
            }

            output.Write(bytes);
            return;
        }

        string prefix = Encoding.UTF8.GetString(bytes[..start]);
        string suffix = Encoding.UTF8.GetString(bytes[(start + length)..]);
        HashSet<string> met = [];
        bool changed = false;
        Func<string, bool> ends = Ending(root);
        Walk(root, "", (path, value, replace) =>
        {
            if (!IsGrowing(path))
            {
                var whole = new Restoration(redaction);
                Replace(value, whole.Push(value) + whole.End(), replace);
                return;
            }

            string key = PlaceOf(root) + path;
            met.Add(key);
            Growing text = _texts.TryGetValue(key, out Growing? known) ? known : _texts[key] = new Growing(redaction);
            string said = text.Restoration.Push(value);
            said = ends(path) ? said + text.Restoration.End() : said;
            text.Template = (prefix, suffix, root.DeepClone(), path);
            Replace(value, said, replace);
        });
        foreach ((string key, Growing text) in _texts)
        {
            if (text.Waits && !met.Contains(key) && ends(text.Template!.Value.Path))
            {
                text.Flush(output);
            }
        }

        if (changed)
        {
            Write(prefix, root, suffix, output);
        }
        else
        {
            output.Write(bytes);
        }

        void Replace(string before, string after, Action<string> replace)
        {
            if (before != after)
            {
                replace(after);
                changed = true;
            }
        }
    }

    /// <summary>What waits still, each in an event of its own.</summary>
    public byte[] End()
    {
        using var output = new MemoryStream();
        foreach (Growing text in _texts.Values)
        {
            if (text.Waits)
            {
                text.Flush(output);
            }
        }

        return output.ToArray();
    }

    // Texts that grow are named by these in the four protocols; elsewhere a text is said at once.
    private static bool IsGrowing(string path) => path.Contains(".delta", StringComparison.Ordinal) || (path.StartsWith(".candidates", StringComparison.Ordinal) && path.EndsWith(".text", StringComparison.Ordinal));

    // Which of several texts at once it is.
    private static string PlaceOf(JsonNode root)
    {
        var place = new StringBuilder();
        foreach (string name in (ReadOnlySpan<string>)["index", "output_index", "content_index", "summary_index", "item_id"])
        {
            if (root is JsonObject members && members.TryGetPropertyValue(name, out JsonNode? value) && value is JsonValue)
            {
                place.Append(name).Append('=').Append(value.ToJsonString()).Append(' ');
            }
        }

        return place.ToString();
    }

    // Whether an event is the last that a text may grow with, or comes after it.
    private static Func<string, bool> Ending(JsonNode root)
    {
        if (root is not JsonObject members)
        {
            return static _ => true;
        }

        if (members.TryGetPropertyValue("type", out JsonNode? named) && named is JsonValue word && word.TryGetValue(out string? type))
        {
            bool ends = type is "content_block_stop" or "message_delta" or "message_stop" or "error" || (type.StartsWith("response.", StringComparison.Ordinal) && !type.EndsWith(".delta", StringComparison.Ordinal));
            return _ => ends;
        }

        foreach ((string list, string reason) in (ReadOnlySpan<(string, string)>)[("choices", "finish_reason"), ("candidates", "finishReason")])
        {
            if (members.TryGetPropertyValue(list, out JsonNode? found) && found is JsonArray several)
            {
                HashSet<string> over = [];
                for (int i = 0; i < several.Count; i++)
                {
                    if (several[i] is JsonObject one && one.TryGetPropertyValue(reason, out JsonNode? why) && why is JsonValue)
                    {
                        over.Add($".{list}[{IndexOf(one, i)}]");
                    }
                }

                return several.Count == 0 ? static _ => true : path => over.Any(place => path.StartsWith(place, StringComparison.Ordinal));
            }
        }

        return static _ => true;
    }

    private static string IndexOf(JsonObject one, int place) => one.TryGetPropertyValue("index", out JsonNode? index) && index is JsonValue ? index.ToJsonString() : place.ToString(CultureInfo.InvariantCulture);

    private static void Walk(JsonNode node, string path, Action<string, string, Action<string>> visit)
    {
        switch (node)
        {
            case JsonObject members:
                foreach ((string name, JsonNode? value) in members.ToArray())
                {
                    if (value is JsonValue leaf && leaf.TryGetValue(out string? text))
                    {
                        visit($"{path}.{name}", text, now => members[name] = JsonValue.Create(now));
                    }
                    else if (value is not null)
                    {
                        Walk(value, $"{path}.{name}", visit);
                    }
                }

                break;
            case JsonArray items:
                for (int i = 0; i < items.Count; i++)
                {
                    int at = i;
                    string here = $"{path}[{(items[i] is JsonObject one ? IndexOf(one, i) : i.ToString(CultureInfo.InvariantCulture))}]";
                    if (items[i] is JsonValue leaf && leaf.TryGetValue(out string? text))
                    {
                        visit(here, text, now => items[at] = JsonValue.Create(now));
                    }
                    else if (items[i] is { } value)
                    {
                        Walk(value, here, visit);
                    }
                }

                break;
            default:
                break;
        }
    }

    private static JsonNode? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = 128 }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Write(string prefix, JsonNode root, string suffix, Stream output)
    {
        output.Write(Encoding.UTF8.GetBytes(prefix.EndsWith(' ') ? prefix : prefix + " "));
        using (var json = new Utf8JsonWriter(output, s_writing))
        {
            root.WriteTo(json);
        }

        output.Write(Encoding.UTF8.GetBytes(suffix));
    }

    private sealed class Growing(Redaction redaction)
    {
        public Restoration Restoration { get; } = new(redaction);

        public bool Waits => Restoration.Waits;

        /// <summary>The last event that it grew with, and where in it.</summary>
        public (string Prefix, string Suffix, JsonNode Root, string Path)? Template { get; set; }

        public void Flush(Stream output)
        {
            string rest = Restoration.End();
            if (rest.Length == 0 || Template is not { } last)
            {
                return;
            }

            Walk(last.Root, "", (path, _, replace) =>
            {
                if (path == last.Path)
                {
                    replace(rest);
                }
            });
            Write(last.Prefix, last.Root, last.Suffix, output);
        }
    }
}
