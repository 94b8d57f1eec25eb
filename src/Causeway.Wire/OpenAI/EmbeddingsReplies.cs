using Causeway.Wire.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.OpenAI;

/// <summary>Embeddings: vectors that are skipped, and the usage of the input.</summary>
internal sealed class EmbeddingsReplies : ReplyReader
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
            case Usage:
                OpenAIUsage.TakeEmbeddings(meter, value);
                break;
            default:
                ReplyError.Take(meter, value);
                break;
        }
    }
}
