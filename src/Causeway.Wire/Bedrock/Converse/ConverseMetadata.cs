using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>What is told about a request for the provider's logs: pairs of short texts, whose letters the service restricts.</summary>
internal static class ConverseMetadata
{
    private const int MaxPairs = 16;
    private const int MaxChars = 256;
    private const string UserKey = "user_id";

    private static readonly SearchValues<char> Chars =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 :_@$#=/+,-.\t\n\r");

    public static bool Takes(NeutralRequest request, Concept concept) =>
        concept == Concept.EndUser ? IsTaken(request.EndUser.Text()) : TakesAll(request.Raw(Concept.Metadata));

    public static void Write(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
    {
        JsonSlice pairs = plan.Keeps(Concept.Metadata) ? request.Raw(Concept.Metadata) : default;
        bool hasUser = request.EndUser.IsString && plan.Keeps(Concept.EndUser);
        if (pairs.IsAbsent && !hasUser)
        {
            return;
        }

        json.WriteStartObject("requestMetadata"u8);
        if (!pairs.IsAbsent)
        {
            using JsonBody body = new(pairs.Raw);
            foreach (JsonProperty pair in body.Root.EnumerateObject().Where(pair => !hasUser || !pair.NameEquals(UserKey)))
            {
                json.WriteString(pair.Name, pair.Value.GetString());
            }
        }

        if (hasUser)
        {
            request.EndUser.WriteTo(json, "user_id"u8);
        }

        json.WriteEndObject();
    }

    private static bool TakesAll(JsonSlice pairs)
    {
        if (!pairs.IsObject)
        {
            return false;
        }

        using JsonBody body = new(pairs.Raw);
        int count = 1; // The end user's place.
        foreach (JsonProperty pair in body.Root.EnumerateObject())
        {
            if (++count > MaxPairs || pair.Name.Length == 0 || !IsTaken(pair.Name) || pair.Value.ValueKind != JsonValueKind.String || !IsTaken(pair.Value.GetString()))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsTaken(string? text) => text is { Length: <= MaxChars } && !text.AsSpan().ContainsAnyExcept(Chars);
}
