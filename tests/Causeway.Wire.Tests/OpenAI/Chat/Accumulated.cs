using System.Text.Json.Nodes;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.OpenAI.Chat;

/// <summary>Puts chunks together as the vendor's own clients do.</summary>
internal static class Accumulated
{
    public static JsonObject Of(string sse)
    {
        IReadOnlyList<(string Name, JsonNode Data)> events = Translating.Events(sse);
        Assert.Equal("[DONE]", events[^1].Data.GetValue<string>());
        JsonObject completion = [];
        SortedDictionary<int, JsonObject> choices = [];
        foreach (JsonObject chunk in events.SkipLast(1).Select(one => one.Data.AsObject()))
        {
            foreach ((string name, JsonNode? value) in chunk.ToList())
            {
                if (name is "id" or "created" or "model" or "service_tier" || (name == "usage" && value is not null))
                {
                    completion[name] = value!.DeepClone();
                }
            }

            foreach (JsonObject choice in chunk["choices"]!.AsArray().Select(one => one!.AsObject()))
            {
                int index = choice["index"]!.GetValue<int>();
                Take(choices.TryGetValue(index, out JsonObject? known) ? known : choices[index] = New(index), choice);
            }
        }

        completion["object"] = "chat.completion";
        completion["choices"] = new JsonArray([.. choices.Values]);
        return completion;
    }

    private static JsonObject New(int index) => new()
    {
        ["index"] = index,
        ["message"] = new JsonObject { ["content"] = null, ["refusal"] = null, ["annotations"] = new JsonArray() },
        ["logprobs"] = null,
        ["finish_reason"] = null,
    };

    private static void Take(JsonObject known, JsonObject choice)
    {
        known["finish_reason"] = (choice["finish_reason"] ?? known["finish_reason"])?.DeepClone();
        if (choice["logprobs"] is JsonObject told)
        {
            known["logprobs"] = known["logprobs"] is JsonObject before ? Join(before, told) : told.DeepClone();
        }

        JsonObject message = known["message"]!.AsObject();
        foreach ((string name, JsonNode? value) in choice["delta"]!.AsObject())
        {
            message[name] = (message[name], value) switch
            {
                ({ } before, null) => before.DeepClone(),
                (null, _) => value?.DeepClone(),
                (JsonArray before, JsonArray added) when name == "tool_calls" => Calls(before, added),
                (JsonArray, JsonArray added) when name == "reasoning_details" => added.DeepClone(), // As OpenAI's SDKs do with what they do not know.
                (JsonArray before, JsonArray added) => new JsonArray([.. before.Concat(added).Select(one => one!.DeepClone())]),
                (JsonObject before, JsonObject added) => Text(before, added),
                ({ } before, _) => name == "role" ? before.DeepClone() : before.GetValue<string>() + value!.GetValue<string>(),
            };
        }

        if (message["tool_calls"] is JsonArray calls)
        {
            message["tool_calls"] = Calls([], calls);
        }
    }

    private static JsonObject Join(JsonObject before, JsonObject added) => new()
    {
        ["content"] = new JsonArray([.. before["content"]!.AsArray().Concat(added["content"]!.AsArray()).Select(one => one!.DeepClone())]),
        ["refusal"] = null,
    };

    private static JsonArray Calls(JsonArray before, JsonArray added)
    {
        List<JsonObject> calls = [.. before.Select(one => one!.DeepClone().AsObject())];
        foreach (JsonObject piece in added.Select(one => one!.DeepClone().AsObject()))
        {
            int index = piece["index"]?.GetValue<int>() ?? calls.Count;
            if (index == calls.Count)
            {
                calls.Add(piece);
                continue;
            }

            foreach (string kind in (string[])["function", "custom"])
            {
                if (piece[kind] is JsonObject inner)
                {
                    calls[index][kind] = Text(calls[index][kind]!.AsObject(), inner);
                }
            }
        }

        return new JsonArray([.. calls]);
    }

    private static JsonObject Text(JsonObject before, JsonObject added)
    {
        JsonObject joined = before.DeepClone().AsObject();
        foreach ((string name, JsonNode? value) in added)
        {
            joined[name] = (joined[name]?.GetValue<string>() ?? "") + value!.GetValue<string>();
        }

        return joined;
    }
}
