using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Drills;

/// <summary>Drills as JSON, for stores.</summary>
public static class DrillJson
{
    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public static byte[] Write(Drill drill) => JsonSerializer.SerializeToUtf8Bytes(drill, DrillJsonContext.Default.Drill);

    /// <summary>Reads a drill.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static Drill Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, DrillJsonContext.Default.Drill) ?? throw new InvalidDataException("The drill is null.");
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException("The drill cannot be read: " + damaged.Message, damaged);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(ReleaseIdConverter), typeof(RolloutIdConverter), typeof(DrillIdConverter), typeof(Words<DrillKind>), typeof(Words<DrillState>)])]
[JsonSerializable(typeof(Drill))]
internal sealed partial class DrillJsonContext : JsonSerializerContext;

internal sealed class DrillIdConverter : JsonConverter<DrillId>
{
    public override DrillId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DrillId.TryParse(reader.GetString(), out DrillId id) ? id : throw new JsonException("This is no drill's id.");

    public override void Write(Utf8JsonWriter writer, DrillId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
