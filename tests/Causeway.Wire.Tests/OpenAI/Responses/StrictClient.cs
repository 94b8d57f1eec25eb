using System.Text.Json.Nodes;

namespace Causeway.Wire.Tests.OpenAI.Responses;

/// <summary>
/// Assembles a stream as strictly as the vendor's own client: every event has its number, every item and part is announced in its order before
/// it is filled, ids agree, and what is told as done equals what was told piece by piece.
/// </summary>
internal sealed class StrictClient
{
    private readonly List<JsonObject> _items = [];
    private readonly HashSet<string> _ids = [];
    private readonly HashSet<int> _done = [];
    private long _next;
    private bool _begun;

    /// <summary>The response of the terminal event; null when the stream ended in an error, or not at all.</summary>
    public JsonObject? Final { get; private set; }

    /// <summary>The event <c>error</c>.</summary>
    public JsonObject? Error { get; private set; }

    public static StrictClient Read(IReadOnlyList<(string Name, JsonNode Data)> events)
    {
        StrictClient client = new();
        foreach ((string name, JsonNode data) in events)
        {
            client.Take(name, data.AsObject());
        }

        return client;
    }

    private void Take(string name, JsonObject data)
    {
        Assert.Equal(name, Text(data, "type"));
        Assert.Equal(_next++, data["sequence_number"]!.GetValue<long>());
        Assert.True(Final is null && Error is null, $"{name} after the end");
        Assert.True(_begun || name is "response.created" or "error");
        _begun = true;
        switch (name)
        {
            case "response.created" or "response.in_progress":
                Assert.Empty(data["response"]!["output"]!.AsArray());
                Assert.Equal("in_progress", Text(data["response"]!, "status"));
                break;
            case "response.completed" or "response.incomplete" or "response.failed":
                End(name, data["response"]!.AsObject());
                break;
            case "error":
                Error = data;
                break;
            case "response.output_item.added":
                Add(data);
                break;
            case "response.output_item.done":
                Done(data);
                break;
            default:
                Fill(name, data, ItemOf(data));
                break;
        }
    }

    private void Add(JsonObject data)
    {
        Assert.Equal(_items.Count, Index(data, "output_index"));
        JsonObject item = data["item"]!.DeepClone().AsObject();
        Assert.True(_ids.Add(Text(item, "id")));
        Assert.True(item["call_id"] is null || _ids.Add(Text(item, "call_id")));
        _items.Add(item);
    }

    private void Done(JsonObject data)
    {
        int index = Index(data, "output_index");
        JsonObject item = data["item"]!.DeepClone().AsObject();
        Assert.True(_done.Add(index));
        foreach (string member in (string[])["status", "encrypted_content"])
        {
            _items[index].Remove(member);
            if (item[member] is { } value)
            {
                _items[index][member] = value.DeepClone();
            }
        }

        Assert.True(JsonNode.DeepEquals(_items[index], item), $"assembled {_items[index]}\ndone {item}");
    }

    private void End(string name, JsonObject response)
    {
        Assert.Equal(name, "response." + Text(response, "status"));
        Assert.Equal(_items.Count, _done.Count);
        Assert.True(JsonNode.DeepEquals(new JsonArray([.. _items.Select(item => item.DeepClone())]), response["output"]));
        Final = response;
    }

    private static void Fill(string name, JsonObject data, JsonObject item)
    {
        switch (name["response.".Length..])
        {
            case "content_part.added":
                Assert.Equal(item["content"]!.AsArray().Count, Index(data, "content_index"));
                item["content"]!.AsArray().Add(data["part"]!.DeepClone());
                break;
            case "output_text.delta":
                Append(Part(item, data, "output_text"), "text", data);
                AppendAll(Part(item, data, "output_text")["logprobs"]!.AsArray(), data["logprobs"]!.AsArray());
                break;
            case "refusal.delta":
                Append(Part(item, data, "refusal"), "refusal", data);
                break;
            case "output_text.annotation.added":
                Assert.Equal(Part(item, data, "output_text")["annotations"]!.AsArray().Count, Index(data, "annotation_index"));
                Part(item, data, "output_text")["annotations"]!.AsArray().Add(data["annotation"]!.DeepClone());
                break;
            case "output_text.done":
                Part(item, data, "output_text")["logprobs"] = data["logprobs"]!.DeepClone();
                Assert.Equal(Text(Part(item, data, "output_text"), "text"), Text(data, "text"));
                break;
            case "refusal.done":
                Assert.Equal(Text(Part(item, data, "refusal"), "refusal"), Text(data, "refusal"));
                break;
            case "content_part.done":
                Assert.True(JsonNode.DeepEquals(item["content"]![Index(data, "content_index")], data["part"]));
                break;
            case "reasoning_summary_part.added":
                Assert.Equal(item["summary"]!.AsArray().Count, Index(data, "summary_index"));
                item["summary"]!.AsArray().Add(data["part"]!.DeepClone());
                break;
            case "reasoning_summary_text.delta":
                Append(item["summary"]![Index(data, "summary_index")]!.AsObject(), "text", data);
                break;
            case "reasoning_summary_text.done":
                Assert.Equal(Text(item["summary"]![Index(data, "summary_index")]!, "text"), Text(data, "text"));
                break;
            case "reasoning_summary_part.done":
                Assert.True(JsonNode.DeepEquals(item["summary"]![Index(data, "summary_index")], data["part"]));
                break;
            case "function_call_arguments.delta":
                Append(item, "arguments", data);
                break;
            case "function_call_arguments.done":
                Assert.Equal(Text(item, "arguments"), Text(data, "arguments"));
                break;
            case "custom_tool_call_input.delta":
                Append(item, "input", data);
                break;
            case "custom_tool_call_input.done":
                Assert.Equal(Text(item, "input"), Text(data, "input"));
                break;
            default:
                Assert.Fail(name);
                break;
        }
    }

    private JsonObject ItemOf(JsonObject data)
    {
        JsonObject item = _items[Index(data, "output_index")];
        Assert.Equal(Text(item, "id"), Text(data, "item_id"));
        return item;
    }

    private static JsonObject Part(JsonObject item, JsonObject data, string type)
    {
        JsonObject part = item["content"]![Index(data, "content_index")]!.AsObject();
        Assert.Equal(type, Text(part, "type"));
        return part;
    }

    private static void Append(JsonObject to, string member, JsonObject data) => to[member] = Text(to, member) + Text(data, "delta");

    private static void AppendAll(JsonArray to, JsonArray from)
    {
        foreach (JsonNode? one in from)
        {
            to.Add(one!.DeepClone());
        }
    }

    private static int Index(JsonObject data, string member) => data[member]!.GetValue<int>();

    private static string Text(JsonNode data, string member) => data[member]!.GetValue<string>();
}
