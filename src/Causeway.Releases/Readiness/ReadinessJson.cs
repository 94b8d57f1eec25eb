using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Readiness;

/// <summary>Readiness as JSON, for stores.</summary>
public static class ReadinessJson
{
    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public static byte[] Write(ReadinessReport report) => JsonSerializer.SerializeToUtf8Bytes(report, ReadinessJsonContext.Default.ReadinessReport);

    /// <summary>Reads a report.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static ReadinessReport Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, ReadinessJsonContext.Default.ReadinessReport) ?? throw new InvalidDataException("The readiness is null.");
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException("The readiness cannot be read: " + damaged.Message, damaged);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(ReleaseIdConverter), typeof(Words<ReadinessFactorKind>)])]
[JsonSerializable(typeof(ReadinessReport))]
internal sealed partial class ReadinessJsonContext : JsonSerializerContext;
