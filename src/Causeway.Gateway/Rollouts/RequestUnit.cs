using System.Text.Json;
using Causeway.Gateway.Flow;
using Causeway.Releases.Routing;
using Causeway.Wire;

namespace Causeway.Gateway.Rollouts;

/// <summary>What a request is assigned by: the first of a channel's kinds that it has.</summary>
internal static class RequestUnit
{
    /// <summary>Names the conversation.</summary>
    public const string SessionHeader = "x-causeway-session";

    /// <summary>Characters of the longest session.</summary>
    public const int MaxSession = 256;

    private const int MaxUser = 1024; // Beyond it, it names no person.

    /// <returns>The unit; null: it has none of them.</returns>
    public static RoutingUnit? Of(IReadOnlyList<UnitKind> kinds, string session, Caller caller, Call call, ReadOnlySpan<byte> body)
    {
        for (int i = 0; i < kinds.Count; i++) // By their places: to enumerate a list allocates.
        {
            switch (kinds[i])
            {
                case UnitKind.Conversation when session.Length > 0:
                    return new RoutingUnit("conversation", session);
                case UnitKind.User when UserOf(call.Protocol, body) is { } user:
                    return new RoutingUnit("user", user);
                case UnitKind.Tenant:
                    return new RoutingUnit("tenant", caller.Key.Attribution.Team);
                case UnitKind.Key:
                    return new RoutingUnit("key", caller.Key.Id.ToString());
            }
        }

        return null;
    }

    /// <summary>The end user that a body names, in each protocol's own field; null: it names none.</summary>
    public static string? UserOf(Protocol protocol, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || protocol is not (Protocol.OpenAI or Protocol.Anthropic))
        {
            return null;
        }

        try
        {
            Utf8JsonReader json = new(body);
            return !json.Read() || json.TokenType != JsonTokenType.StartObject ? null
                : protocol == Protocol.Anthropic ? Find(ref json, "metadata"u8) && json.TokenType == JsonTokenType.StartObject && Find(ref json, "user_id"u8) ? Text(ref json) : null
                : OpenAI(json);
        }
        catch (JsonException)
        {
            return null; // The body is read by others, who say what is wrong with it.
        }
    }

    // "safety_identifier" took the place of "user".
    private static string? OpenAI(Utf8JsonReader json)
    {
        Utf8JsonReader again = json;
        return Find(ref json, "safety_identifier"u8) && Text(ref json) is { } named ? named : Find(ref again, "user"u8) ? Text(ref again) : null;
    }

    private static string? Text(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.String && json.ValueSpan.Length is > 0 and <= MaxUser ? json.GetString() : null;

    // To the value of a member of the object that was just entered.
    private static bool Find(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool found = json.ValueTextEquals(name);
            json.Read();
            if (found)
            {
                return true;
            }

            json.Skip();
        }

        return false;
    }
}
