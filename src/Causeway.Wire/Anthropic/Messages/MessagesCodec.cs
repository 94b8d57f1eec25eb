using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Messages, to and from the neutral form.</summary>
internal sealed class MessagesCodec : Codec
{
    public override IReadOnlyList<Use> Fields => MessagesFields.All;

    public override CarriageTable Carriage => MessagesCarriage.Table;

    public override Carriage Judge(in Use use, NeutralRequest request, Target target) => MessagesCarriage.Judge(use, request, target);

    public override bool Forces(NeutralRequest request, Target target) =>
        base.Forces(request, target) && !MessagesThinking.RulesOutForcing(request, AnthropicModelRules.Of(target.Model));

    public override void Read(JsonBody body, NeutralRequest request) => new MessagesRequestReader(body, request).Read();

    public override void Write(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
    {
        if (plan.IsSameOperation)
        {
            new MessagesOwnWriter(request, plan, json).Write();
        }
        else
        {
            new MessagesRequestWriter(request, plan, json).Write();
        }
    }

    public override void Shape(JsonObject body, AnswerShape shape, Target target) => MessagesShape.Apply(body, shape);

    public override AnswerPlace SetAnswer(JsonObject reply, int choice, string document, string? tool) => MessagesAnswer.Set(reply, choice, document, tool);

    public override void ReadReply(JsonBody body, ReplySink sink) => MessagesReplyReader.Read(body.Root, sink);

    public override ReplyEvents Events(ReplySink sink) => new MessagesEvents(sink);

    public override void WriteReply(NeutralReply reply, ReplyContext context, Utf8JsonWriter json) =>
        MessagesReplyWriter.Write(reply, context, json);

    public override ReplySink EventWriter(ReplyContext context, IBufferWriter<byte> output) =>
        new SequentialBlocks(new MessagesEventWriter(context, output));
}
