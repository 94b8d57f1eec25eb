using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Chat;
using Causeway.Wire.Sse;
using Causeway.Wire.Tests.Corpus;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.OpenAI.Chat;

/// <summary>Chat requests and replies for tests: from texts, and from hand-made neutral forms of other protocols' callers.</summary>
internal static class Chatting
{
    public const string Asked = """{"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":true,"stream_options":{"include_usage":true}}""";

    private static readonly ChatCodec Codec = new();

    public static Target Target(string model = "model-1", string server = "openai") => Translating.Target(Operation.ChatCompletions, model, server);

    public static string File(string name) => Encoding.UTF8.GetString(Recorded.Bytes(name));

    /// <summary>A chat request, written for a chat server.</summary>
    public static JsonObject Same(string body, Target target) => Translating.Request(Operation.ChatCompletions, body, target);

    public static JsonSlice Json(string text) => new(Encoding.UTF8.GetBytes(text));

    public static JsonSlice Text(string text) => JsonSlice.Of(text);

    /// <summary>A request of another protocol's caller; each concept is marked at a path of its own name.</summary>
    public static NeutralRequest Request(Operation origin, IEnumerable<Turn> turns, params ReadOnlySpan<Concept> concepts)
    {
        NeutralRequest request = new() { Origin = origin };
        request.Turns.AddRange(turns);
        foreach (Concept concept in concepts)
        {
            request.Mark(concept, concept.ToString());
        }

        return request;
    }

    public static Turn Turn(Role role, params ReadOnlySpan<Part> parts)
    {
        Turn turn = new(role);
        turn.Parts.AddRange(parts);
        return turn;
    }

    public static JsonObject Written(NeutralRequest request, Target target, out IReadOnlyList<string> dropped)
    {
        TranslationPlan? plan = TranslationPlan.Of(request, Codec, target, Unsupported.Deny, out (Use Use, string? Why) denied);
        Assert.True(plan is not null, $"{denied.Use.Path}: {denied.Why}");
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = JsonOutput.To(output))
        {
            Codec.Write(request, plan, json);
        }

        dropped = plan.Dropped;
        return JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }

    public static JsonObject Written(NeutralRequest request, Target target) => Written(request, target, out _);

    /// <summary>Why a request is not written; null when it is.</summary>
    public static Concept? Denied(NeutralRequest request, Target target) =>
        TranslationPlan.Of(request, Codec, target, Unsupported.Deny, out (Use Use, string? Why) denied) is null ? denied.Use.Concept : null;

    /// <summary>The stream that a chat caller gets for calls of a provider's reader.</summary>
    public static string Stream(string asked, Target target, Action<ReplySink> calls)
    {
        ArrayBufferWriter<byte> output = new();
        calls(Codec.EventWriter(Context(asked, target), output));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The whole reply that a chat caller gets for the same calls.</summary>
    public static JsonObject Plain(string asked, Target target, Action<ReplySink> calls)
    {
        NeutralReply reply = new();
        calls(reply);
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = JsonOutput.To(output))
        {
            Codec.WriteReply(reply, Context(asked, target), json);
        }

        return JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }

    /// <summary>The calls that a stream or a whole reply of a chat server comes to, gathered.</summary>
    public static NeutralReply Read(string reply)
    {
        NeutralReply gathered = new();
        if (!reply.StartsWith('{'))
        {
            ReplyEvents events = Codec.Events(gathered);
            SseReader reader = new();
            reader.Feed(Encoding.UTF8.GetBytes(reply));
            while (reader.TryRead(out SseMessage? message))
            {
                if (!events.Ended)
                {
                    events.Read(Encoding.UTF8.GetBytes(message.Name), message.Data);
                }
            }

            Assert.True(events.Close());
            return gathered;
        }

        using JsonBody body = new(Encoding.UTF8.GetBytes(reply));
        Codec.ReadReply(body, gathered);
        return gathered;
    }

    private static ReplyContext Context(string asked, Target target)
    {
        NeutralRequest request = Translating.Read(Operation.ChatCompletions, asked, stream: true).Request;
        return new ReplyContext
        {
            RequestId = Translating.RequestId,
            Target = target,
            Request = request,
            Created = Translating.Created,
            StreamUsage = request.StreamUsage,
        };
    }
}
