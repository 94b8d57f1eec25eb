using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>generateContent and streamGenerateContent: one body, one reply object, whole or in chunks.</summary>
internal sealed class GenerateCodec : Codec
{
    public override IReadOnlyList<Use> Fields => GenerateFields.All;

    public override CarriageTable Carriage => GenerateCarriage.Table;

    public override Carriage Judge(in Use use, NeutralRequest request, Target target) => GenerateCarriage.Judge(use, request, target);

    public override void Read(JsonBody body, NeutralRequest request) => new GenerateRequestReader(body, request).Read();

    public override void Write(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json) => GenerateRequestWriter.Write(request, plan, json);

    public override void Shape(JsonObject body, AnswerShape shape, Target target) => GenerateShape.Apply(body, shape);

    public override AnswerPlace SetAnswer(JsonObject reply, int choice, string document, string? tool) => GenerateAnswer.Set(reply, choice, document, tool);

    public override void ReadReply(JsonBody body, ReplySink sink) => GenerateReplyReader.ReadWhole(body.Root, sink);

    public override ReplyEvents Events(ReplySink sink) => new GenerateEvents(sink);

    public override void WriteReply(NeutralReply reply, ReplyContext context, Utf8JsonWriter json) => GenerateReplyWriter.Write(reply, context, json);

    public override ReplySink EventWriter(ReplyContext context, IBufferWriter<byte> output) => new GenerateEventWriter(context, output);
}
