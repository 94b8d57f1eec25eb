using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Models;

/// <summary>Model lists in the shape of each protocol.</summary>
public static class ModelList
{
    /// <summary>The most models that one list is read to.</summary>
    public const int MaxModels = 10_000;

    /// <summary>Reads a list; entries that cannot be read are left out, and an unreadable list is empty. Never throws.</summary>
    public static IReadOnlyList<ListedModel> Parse(Protocol protocol, ReadOnlySpan<byte> json)
    {
        WireFormat format = WireFormat.Of(protocol);
        try
        {
            Utf8JsonReader reader = new(json);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(format.ModelListMember, out JsonElement list)
                && list.ValueKind == JsonValueKind.Array
                    ? [.. list.EnumerateArray().Select(format.ReadModel).OfType<ListedModel>().Take(MaxModels)]
                    : [];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    /// <summary>Writes a list, or one page of it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="protocol">In whose shape.</param>
    /// <param name="models">The models of this page, in order. Anthropic's first and last id are taken from it.</param>
    /// <param name="hasMore">Anthropic, Gemini: another page follows.</param>
    public static void Write(IBufferWriter<byte> output, Protocol protocol, IReadOnlyList<ListedModel> models, bool hasMore = false)
    {
        using Utf8JsonWriter json = JsonOutput.To(output);
        WireFormat.Of(protocol).WriteModels(json, models, hasMore);
    }

    /// <summary>Writes one model, as <c>GET …/models/{id}</c> answers.</summary>
    public static void WriteOne(IBufferWriter<byte> output, Protocol protocol, ListedModel model)
    {
        using Utf8JsonWriter json = JsonOutput.To(output);
        WireFormat.Of(protocol).WriteModel(json, model);
    }
}
