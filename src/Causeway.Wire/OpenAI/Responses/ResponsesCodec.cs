using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>Responses to and from the neutral form.</summary>
internal sealed class ResponsesCodec : Codec
{
    public override IReadOnlyList<Use> Fields => ResponsesFields.All;

    public override CarriageTable Carriage => ResponsesJudge.Table;

    public override Carriage Judge(in Use use, NeutralRequest request, Target target) => ResponsesJudge.Judge(use, request, target);

    public override void Read(JsonBody body, NeutralRequest request) => new ResponsesRequestReader(body, request).Read();

    public override void Write(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
    {
        if (plan.IsSameOperation)
        {
            new OwnRequestWriter(request, plan, json).Write();
        }
        else
        {
            new ResponsesRequestWriter(request, plan, json).Write();
        }
    }

    public override void Shape(JsonObject body, AnswerShape shape, Target target) => ResponsesShape.Apply(body, shape, target);

    public override AnswerPlace SetAnswer(JsonObject reply, int choice, string document, string? tool) => ResponsesAnswer.Set(reply, choice, document, tool);

    public override bool RepeatRequest(JsonObject reply, NeutralRequest request) => ResponsesAnswer.Repeat(reply, request);

    public override void ReadReply(JsonBody body, ReplySink sink) => new ResponsesReplyReader(sink).Read(body.Root);

    public override ReplyEvents Events(ReplySink sink) => new ResponsesEvents(sink);

    public override void WriteReply(NeutralReply reply, ReplyContext context, Utf8JsonWriter json) => ResponsesReplyWriter.Write(reply, context, json);

    public override ReplySink EventWriter(ReplyContext context, IBufferWriter<byte> output) => new ResponsesEventWriter(context, output);
}
