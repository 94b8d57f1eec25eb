using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.OpenAI.Responses;

/// <summary>Requests made by hand, as if another protocol's reader had read them.</summary>
internal static class Writing
{
    private static readonly Codec Codec = WireFormat.CodecOf(Operation.Responses)!;

    public static NeutralRequest Request(params Turn[] turns)
    {
        NeutralRequest request = new() { Origin = Operation.Messages };
        request.Turns.AddRange(turns.Length > 0 ? turns : [Says(Role.User, "x")]);
        return request;
    }

    public static Turn Says(Role role, string text) => With(role, new TextPart(JsonSlice.Of(text)));

    public static Turn With(Role role, params Part[] parts)
    {
        Turn turn = new(role);
        turn.Parts.AddRange(parts);
        return turn;
    }

    public static JsonSlice Raw(string json) => new(System.Text.Encoding.UTF8.GetBytes(json));

    public static (JsonObject Body, IReadOnlyList<string> Dropped) Written(NeutralRequest request, string model = "gpt-4.1", Unsupported unsupported = Unsupported.Deny)
    {
        Target target = Translating.Target(Operation.Responses, model);
        TranslationPlan? plan = TranslationPlan.Of(request, Codec, target, unsupported, out (Use Use, string? Why) denied);
        Assert.True(plan is not null, $"{denied.Use.Path} {denied.Why}");
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = JsonOutput.To(output))
        {
            Codec.Write(request, plan, json);
        }

        return (JsonNode.Parse(output.WrittenSpan)!.AsObject(), plan.Dropped);
    }

    public static JsonObject Body(NeutralRequest request, string model = "gpt-4.1") => Written(request, model).Body;

    public static Verdict Verdict(Concept concept, NeutralRequest request, string model = "gpt-4.1") =>
        Codec.Judge(new Use(concept, "x"), request, Translating.Target(Operation.Responses, model)).Verdict;
}
