using Causeway.Wire.Json;

namespace Causeway.Wire.Usage;

/// <summary>Replies that report nothing to meter (token counts): only their end is noticed.</summary>
internal sealed class SilentReplies : ReplyReader
{
    public override JsonPaths BodyPaths { get; } = new();

    public override void Take(ResponseMeter meter, int path, ReadOnlySpan<byte> value)
    {
    }
}
