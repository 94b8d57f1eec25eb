using Causeway.Wire.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.OpenAI;

/// <summary>Images, transcriptions and the like: whatever the answer holds is passed over but for the usage that some of them report.</summary>
internal sealed class NativeReplies : ReplyReader
{
    private const int Model = 0;
    private const int Usage = 1;

    public override JsonPaths BodyPaths { get; } = new("model", "usage", "error");

    public override void Take(ResponseMeter meter, int path, ReadOnlySpan<byte> value)
    {
        switch (path)
        {
            case Model:
                meter.TakeModel(value);
                break;
            case Usage when JsonText.HasMember(value, "\"input_tokens\""u8):
                OpenAIUsage.TakeResponses(meter, value);
                break;
            case Usage when JsonText.HasMember(value, "\"prompt_tokens\""u8):
                OpenAIUsage.TakeChat(meter, value); // The old completions, and what other servers answer.
                break;
            case Usage:
                break; // Seconds of sound, or nothing: no tokens.
            default:
                ReplyError.Take(meter, value);
                break;
        }
    }
}
