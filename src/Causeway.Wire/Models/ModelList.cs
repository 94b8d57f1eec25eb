using System.Buffers;

namespace Causeway.Wire.Models;

/// <summary>Model lists in the shape of each protocol.</summary>
public static class ModelList
{
    /// <summary>The most models that one list is read to.</summary>
    public const int MaxModels = 10_000;

    /// <summary>Reads a list; entries that cannot be read are left out, and an unreadable list is empty.</summary>
    public static IReadOnlyList<ListedModel> Parse(Protocol protocol, ReadOnlySpan<byte> json) => throw new NotSupportedException();

    /// <summary>Writes a list, or one page of it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="protocol">In whose shape.</param>
    /// <param name="models">The models of this page, in order.</param>
    /// <param name="hasMore">Anthropic: another page follows.</param>
    public static void Write(IBufferWriter<byte> output, Protocol protocol, IReadOnlyList<ListedModel> models, bool hasMore = false) =>
        throw new NotSupportedException();

    /// <summary>Writes one model, as <c>GET …/models/{id}</c> answers.</summary>
    public static void WriteOne(IBufferWriter<byte> output, Protocol protocol, ListedModel model) => throw new NotSupportedException();
}
