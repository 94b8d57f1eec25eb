using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Chat completions between the wire and the neutral form.</summary>
internal sealed class ChatCodec : Codec
{
    public override IReadOnlyList<Use> Fields => ChatFields.All;

    public override CarriageTable Carriage => ChatCarriage.Table;

    public override Carriage Judge(in Use use, NeutralRequest request, Target target) => ChatCarriage.Judge(use, request, target);

    public override void Read(JsonBody body, NeutralRequest request) => new ChatRequestReader(body, request).Read();

    public override void Write(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json) => new ChatRequestWriter(request, plan, json).Write();

    public override void Shape(JsonObject body, AnswerShape shape, Target target) => ChatShape.Apply(body, shape, target);

    public override AnswerPlace SetAnswer(JsonObject reply, int choice, string document, string? tool) => ChatAnswer.Set(reply, choice, document, tool);

    public override void ReadReply(JsonBody body, ReplySink sink) => new ChatEvents(sink).ReadWhole(body.Root);

    public override ReplyEvents Events(ReplySink sink) => new ChatEvents(sink);

    public override void WriteReply(NeutralReply reply, ReplyContext context, Utf8JsonWriter json) => new ChatReplyWriter(reply, context, json).Write();

    public override ReplySink EventWriter(ReplyContext context, IBufferWriter<byte> output) => new ChatEventWriter(context, output);
}
