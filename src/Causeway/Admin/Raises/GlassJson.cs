using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Budgets.Raises;

namespace Causeway.Admin.Raises;

/// <summary>A broken glass as it is posted to the alerts' webhook.</summary>
internal static class GlassJson
{
    public const string Event = "budget.glass_broken";

    public static byte[] Write(BrokenGlass glass)
    {
        ArrayBufferWriter<byte> output = new(512);
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("event", Event);
            json.WriteString("text", $"{glass.By} broke the glass for {glass.Grant}: {Money.Usd(glass.NanoUsd)} USD until {glass.Until:u}, because: {Printable.Cut(glass.Reason)}");
            json.WriteString("glass", glass.Name);
            json.WriteString("grant", glass.Grant.ToString());
            json.WriteString("seal", glass.Seal.ToString());
            json.WriteNumber("amount", glass.NanoUsd);
            json.WriteString("by", glass.By);
            json.WriteString("reason", glass.Reason);
            json.WriteString("until", glass.Until);
            json.WriteString("at", glass.At);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
