using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>The tool calls of one answer as they are read; their fragments may interleave.</summary>
internal sealed class ChatCalls(int choice, ChatBlocks blocks)
{
    // The key of the first form's one call: no index of a list.
    private const int FirstForm = -1;

    private readonly ReplySink _sink = blocks.Sink;
    private readonly List<Call> _calls = [];

    public bool Any => _calls.Count > 0;

    /// <param name="calls">The list of fragments; undefined: none.</param>
    /// <param name="function">The first form's fragment; undefined: none.</param>
    public void Read(JsonElement calls, JsonElement function)
    {
        if (calls.ValueKind == JsonValueKind.Array)
        {
            int at = 0;
            foreach (JsonElement call in calls.EnumerateArray())
            {
                ReadCall(call, at++);
            }
        }

        if (function.ValueKind == JsonValueKind.Object)
        {
            ReadFragment(FirstForm, id: null, function, isCustom: false);
        }
    }

    public void End()
    {
        foreach (Call call in _calls)
        {
            _sink.EndBlock(call.Block);
        }
    }

    private void ReadCall(JsonElement json, int at)
    {
        int key = json.TryGetProperty("index"u8, out JsonElement index) && index.TryGetInt32(out int told) ? told : at;
        string? id = json.TryGetProperty("id"u8, out JsonElement given) && given.ValueKind == JsonValueKind.String ? given.GetString() : null;
        bool isCustom = json.TryGetProperty("custom"u8, out JsonElement fragment) && fragment.ValueKind == JsonValueKind.Object;
        if (isCustom || (json.TryGetProperty("function"u8, out fragment) && fragment.ValueKind == JsonValueKind.Object))
        {
            ReadFragment(key, string.IsNullOrEmpty(id) ? null : id, fragment, isCustom);
        }
    }

    private void ReadFragment(int key, string? id, JsonElement fragment, bool isCustom)
    {
        // Some servers give every call the index 0, or none: another id is another call.
        Call call = _calls.FindLast(one => one.Key == key);
        if (call.Name is null || (id is not null && call.Id is not null && id != call.Id))
        {
            string name = fragment.TryGetProperty("name"u8, out JsonElement named) ? named.GetString() ?? "" : "";
            string callId = id ?? CallIds.Synthesize(blocks.Head.Id ?? "", (choice << 16) + _calls.Count);
            int block = blocks.Begin(new BlockStart(isCustom ? BlockKind.CustomToolCall : BlockKind.ToolCall, choice, callId, name));
            call = new Call(key, id, name, block);
            _calls.Add(call);
        }

        if (!fragment.TryGetProperty(isCustom ? "input"u8 : "arguments"u8, out JsonElement text))
        {
            return;
        }

        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(text);
        if (text.ValueKind == JsonValueKind.String)
        {
            if (raw.Length > 2)
            {
                _sink.Delta(call.Block, raw[1..^1]);
            }
        }
        else if (text.ValueKind == JsonValueKind.Object)
        {
            Arguments.Escape(raw, _sink, call.Block);
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Call(int Key, string? Id, string? Name, int Block);
}
