using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Releases.Conversations;
using Causeway.Releases.Drills;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;

namespace Causeway.Releases.Routing;

/// <summary>Routing as JSON, for stores.</summary>
public static class RoutingJson
{
    /// <summary>Writes what <see cref="Read"/> reads. The revision is not part of it.</summary>
    public static byte[] Write(ChannelRouting routing) => JsonSerializer.SerializeToUtf8Bytes(routing with { Revision = 0 }, RoutingJsonContext.Default.ChannelRouting);

    /// <summary>A plan alone, as it is part of a routing.</summary>
    internal static byte[] Write(RolloutPlan plan) => JsonSerializer.SerializeToUtf8Bytes(plan, RoutingJsonContext.Default.RolloutPlan);

    /// <summary>Reads a channel's routing.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static ChannelRouting Read(ReadOnlySpan<byte> bytes, long revision)
    {
        try
        {
            return (JsonSerializer.Deserialize(bytes, RoutingJsonContext.Default.ChannelRouting) ?? throw new InvalidDataException("The routing is null.")) with { Revision = revision };
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException("The routing cannot be read: " + damaged.Message, damaged);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(ReleaseIdConverter), typeof(RolloutIdConverter), typeof(DrillIdConverter), typeof(Words<DrillKind>), typeof(Words<UnitKind>), typeof(Words<PinPolicy>), typeof(Words<StageKind>), typeof(Words<Inconclusive>), typeof(Words<RolloutState>), typeof(Words<StreamPolicy>), typeof(Words<ConversationPolicy>)])]
[JsonSerializable(typeof(ChannelRouting))]
internal sealed partial class RoutingJsonContext : JsonSerializerContext;

internal sealed class ReleaseIdConverter : JsonConverter<ReleaseId>
{
    public override ReleaseId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ReleaseId.TryParse(reader.GetString(), out ReleaseId id) ? id : throw new JsonException("This is no release's id.");

    public override void Write(Utf8JsonWriter writer, ReleaseId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

internal sealed class RolloutIdConverter : JsonConverter<RolloutId>
{
    public override RolloutId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        RolloutId.TryParse(reader.GetString(), out RolloutId id) ? id : throw new JsonException("This is no rollout's id.");

    public override void Write(Utf8JsonWriter writer, RolloutId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>An enum by its words; numbers are not taken for them.</summary>
internal sealed class Words<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
