using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Converse and ConverseStream, to and from the neutral form: one body, whose path names the model and asks for a stream.</summary>
internal sealed class ConverseCodec : Codec
{
    public override IReadOnlyList<Use> Fields => ConverseFields.All;

    public override CarriageTable Carriage => ConverseCarriage.Table;

    public override Carriage Judge(in Use use, NeutralRequest request, Target target) => ConverseCarriage.Judge(use, request, target);

    public override bool Forces(NeutralRequest request, Target target) =>
        base.Forces(request, target) && !MessagesThinking.RulesOutForcing(request, ConverseModelRules.Of(target.Model).Anthropic);

    public override void Read(JsonBody body, NeutralRequest request) => new ConverseRequestReader(body, request).Read();

    public override void Write(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
    {
        if (plan.IsSameOperation)
        {
            new ConverseOwnWriter(request, plan, json).Write();
        }
        else
        {
            new ConverseRequestWriter(request, plan, json).Write();
        }
    }

    public override void Shape(JsonObject body, AnswerShape shape, Target target) => ConverseShape.Apply(body, shape);

    public override AnswerPlace SetAnswer(JsonObject reply, int choice, string document, string? tool) => ConverseAnswer.Set(reply, choice, document, tool);

    public override void ReadReply(JsonBody body, ReplySink sink) => ConverseReplyReader.Read(body.Root, sink, model: null);

    public override void ReadReply(JsonBody body, ReplySink sink, Target target) => ConverseReplyReader.Read(body.Root, sink, target.Model);

    public override ReplyEvents Events(ReplySink sink) => new ConverseEvents(sink, model: null);

    public override ReplyEvents Events(ReplySink sink, Target target) => new ConverseEvents(sink, target.Model);

    public override void WriteReply(NeutralReply reply, ReplyContext context, Utf8JsonWriter json) => ConverseReplyWriter.Write(reply, context, json);

    public override ReplySink EventWriter(ReplyContext context, IBufferWriter<byte> output) => new SequentialBlocks(new ConverseEventWriter(context, output));
}
