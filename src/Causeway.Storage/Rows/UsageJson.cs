using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Budgets.Ledger;

namespace Causeway.Storage.Rows;

/// <summary>Usage records as JSON of their own members: what is kept for a while, and has no columns. A member that comes later is read by nobody who does not know it.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(StepsConverter)])]
[JsonSerializable(typeof(UsageRecord))]
internal sealed partial class UsageJson : JsonSerializerContext
{
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static UsageRecord Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Default.UsageRecord) ?? throw new InvalidDataException("A usage record is empty.");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException("A usage record cannot be read.", wrong);
        }
    }

    private sealed class StepsConverter : JsonConverter<StepTimes>
    {
        public override StepTimes Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => StepBytes.Read(reader.GetBytesFromBase64());

        public override void Write(Utf8JsonWriter writer, StepTimes value, JsonSerializerOptions options) => writer.WriteBase64StringValue(StepBytes.Of(value) ?? []);
    }
}
