using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Sentinel;

/// <summary>Watched pins as JSON, for stores.</summary>
public static class SentinelJson
{
    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public static byte[] Write(WatchedPin pin) => JsonSerializer.SerializeToUtf8Bytes(pin with { Version = 0 }, SentinelJsonContext.Default.WatchedPin);

    /// <summary>Reads a pin.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static WatchedPin Read(ReadOnlySpan<byte> bytes, long version)
    {
        try
        {
            return (JsonSerializer.Deserialize(bytes, SentinelJsonContext.Default.WatchedPin) ?? throw new InvalidDataException("The pin is null.")) with { Version = version };
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException("The pin cannot be read: " + damaged.Message, damaged);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(Words<DriftKind>)])]
[JsonSerializable(typeof(WatchedPin))]
internal sealed partial class SentinelJsonContext : JsonSerializerContext;
