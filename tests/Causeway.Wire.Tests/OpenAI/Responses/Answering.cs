using System.Buffers;
using System.Text;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.OpenAI.Responses;

/// <summary>Replies made by hand, as if another protocol's reader had read them, for a caller of this operation.</summary>
internal static class Answering
{
    public const string Asked = """{"model":"claude","input":"x"}""";

    public static ReplyContext Context() => new()
    {
        RequestId = Translating.RequestId,
        Target = new Target { Provider = "up", Operation = Operation.Messages, Model = "claude-1" },
        Request = Translating.Read(Operation.Responses, Asked).Request,
        Created = Translating.Created,
    };

    /// <summary>What a strict client makes of the stream.</summary>
    public static StrictClient Stream(Action<ReplySink> play)
    {
        ArrayBufferWriter<byte> output = new();
        play(WireFormat.CodecOf(Operation.Responses)!.EventWriter(Context(), output));
        return StrictClient.Read(Translating.Events(Encoding.UTF8.GetString(output.WrittenSpan)));
    }
}
