using Causeway.Releases.Releases;
using Causeway.Wire.OpenAI.Responses;

namespace Causeway.Gateway.Conversations;

/// <summary>A turn of which a transcript is kept, in the clear.</summary>
/// <param name="Turn">What was said and answered.</param>
/// <param name="Release">What answered it.</param>
/// <param name="DataRank">The class of data that it was said to belong to; null: nothing said one.</param>
internal sealed record SaidTurn(ResponseTurn Turn, ReleaseId Release, int? DataRank)
{
    /// <summary>Bytes of it.</summary>
    public int Size => Turn.Input.Length + Turn.Output.Length;
}
