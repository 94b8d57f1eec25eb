using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Gemini.Generate;
using Causeway.Wire.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.Gemini;

/// <summary>Requests and replies of another protocol, made by hand: this codec is one half of a translation.</summary>
internal static class Neutrally
{
    public const string Newest = "gemini-3.8-flash";

    public static readonly GenerateCodec Codec = new();

    /// <summary>A request of chat completions with these turns.</summary>
    public static NeutralRequest Request(params ReadOnlySpan<Turn> turns)
    {
        NeutralRequest request = new() { Origin = Operation.ChatCompletions };
        foreach (Turn turn in turns)
        {
            request.Turns.Add(turn);
        }

        return request;
    }

    public static Turn User(params ReadOnlySpan<Part> parts) => Of(Role.User, parts);

    public static Turn Model(params ReadOnlySpan<Part> parts) => Of(Role.Assistant, parts);

    public static Turn System(string text) => Of(Role.System, new TextPart(JsonSlice.Of(text)));

    public static TextPart Text(string text) => new(JsonSlice.Of(text));

    public static ToolCallPart Call(string id, string name, string arguments = "{}", ReasoningSeal? seal = null) =>
        new(id, JsonSlice.Of(name), JsonSlice.Of(arguments)) { Seal = seal };

    public static ToolResultPart Result(string callId, string text) => new(callId) { Content = { Text(text) } };

    public static ToolDefinition Function(string name, string? schema = null, bool? strict = null) =>
        new(ToolKind.Function) { Name = JsonSlice.Of(name), Schema = schema is null ? default : Json(schema), Strict = strict };

    public static JsonSlice Json(string json) => new(Encoding.UTF8.GetBytes(json));

    public static JsonObject Write(NeutralRequest request, string model = Newest) => WriteWithPlan(request, model).Body;

    public static (JsonObject Body, TranslationPlan Plan) WriteWithPlan(NeutralRequest request, string model = Newest)
    {
        Target target = Translating.Target(Operation.GenerateContent, model);
        TranslationPlan? plan = TranslationPlan.Of(request, Codec, target, Unsupported.Deny, out (Use Use, string? Why) denied);
        Assert.True(plan is not null, $"{denied.Use} {denied.Why}");
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = JsonOutput.To(output))
        {
            Codec.Write(request, plan, json);
        }

        return (JsonNode.Parse(output.WrittenSpan)!.AsObject(), plan);
    }

    /// <summary>Why a use is denied; null: it is not.</summary>
    public static string? Denial(NeutralRequest request, Concept concept, string model = Newest)
    {
        Carriage carriage = Codec.Judge(new Use(concept, "x"), request, Translating.Target(Operation.GenerateContent, model));
        return carriage.Verdict == Verdict.Denied ? carriage.Note ?? "" : null;
    }

    public static NeutralRequest Read(string body)
    {
        NeutralRequest request = new() { Origin = Operation.GenerateContent };
        using JsonBody json = new(Encoding.UTF8.GetBytes(body));
        Codec.Read(json, request);
        return request;
    }

    public static ReplyContext Context(bool array = false) => new()
    {
        RequestId = Translating.RequestId,
        Target = Translating.Target(Operation.ChatCompletions, "gpt-x"),
        Request = new NeutralRequest { Origin = Operation.StreamGenerateContent },
        Created = Translating.Created,
        ArrayStream = array,
    };

    /// <summary>The calls that a plain reply is read into.</summary>
    public static string Calls(string reply)
    {
        SinkLog log = new();
        using JsonBody json = new(Encoding.UTF8.GetBytes(reply));
        Codec.ReadReply(json, log);
        return log.ToString();
    }

    /// <summary>The calls that a stream is read into, and whether it was whole.</summary>
    public static (string Calls, bool IsWhole) StreamCalls(params ReadOnlySpan<string> chunks)
    {
        SinkLog log = new();
        ReplyEvents events = Codec.Events(log);
        foreach (string chunk in chunks)
        {
            events.Read(default, Encoding.UTF8.GetBytes(chunk));
        }

        bool isWhole = events.Close();
        return (log.ToString(), isWhole);
    }

    private static Turn Of(Role role, params ReadOnlySpan<Part> parts)
    {
        Turn turn = new(role);
        foreach (Part part in parts)
        {
            turn.Parts.Add(part);
        }

        return turn;
    }
}
