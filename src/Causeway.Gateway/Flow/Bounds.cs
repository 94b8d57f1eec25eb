using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Releases.Pins;
using Causeway.Wire;

namespace Causeway.Gateway.Flow;

/// <summary>
/// What a request may use at a pin at most. The input by its bytes: a byte-level token covers one byte or more, so a body cannot hold more tokens
/// than bytes. What a body only refers to (an image by its address, a conversation that the provider keeps) counts as the model's whole context.
/// </summary>
internal static class Bounds
{
    // Roles, separators and tool preambles that vendors add around messages: a few tokens each, and a message has 20 bytes or more.
    public const long Overhead = 256;

    // Where nobody says how much a model reads.
    private const long UnknownContext = 1_000_000;

    // An image that comes as base64 is bounded by its bytes. By address, vendors bill up to some thousands of tokens.
    private const long LinkedImageTokens = 8_192;

    private static readonly byte[][] s_tier = [[.. "\"service_tier\""u8], [.. "\"serviceTier\""u8], [.. "\"fast\""u8]]; // Anthropic's "speed" is one of two words.
    private static readonly byte[][] s_region = [[.. "\"inference_geo\""u8]];
    private static readonly byte[][] s_document = [[.. "\"document\""u8]];
    private static readonly byte[][] s_linked = [[.. "\"url\""u8]];
    private static readonly byte[][] s_links = [[.. "\"image_url\""u8], [.. "\"input_image\""u8], [.. "\"url\""u8]];
    private static readonly byte[][] s_wholes = [[.. "\"file_id\""u8], [.. "\"fileUri\""u8], [.. "\"file_uri\""u8], [.. "\"file_url\""u8], [.. "\"input_file\""u8], [.. "\"cachedContent\""u8]];

    /// <summary>The bound of a call; null: the model has no price and money is what counts.</summary>
    /// <param name="call">The request.</param>
    /// <param name="received">Its body.</param>
    /// <param name="pin">Where it would go.</param>
    /// <param name="outputCap">Generated tokens per answer at most; null: only the model bounds them.</param>
    /// <param name="needsPrice">Money is limited on the path.</param>
    /// <param name="added">Bytes of the prompt that are not in its body.</param>
    /// <param name="inputTokens">A closer bound of the body than its bytes; null: none was made.</param>
    public static Amounts? Of(Call call, Received received, PinRoute pin, long? outputCap, bool needsPrice, long added = 0, long? inputTokens = null)
    {
        if (received.Scan.Operation is Operation.MessagesCountTokens or Operation.GeminiCountTokens)
        {
            return default(Amounts); // Vendors count tokens free of charge.
        }

        long input = Math.Min((inputTokens ?? InputOf(received, pin)) + added, ContextOf(pin));
        long output = Compose.Generates(received.Scan.Operation) ? checked((outputCap ?? OutputOf(pin)) * received.Scan.Choices) : 0;
        return Priced(call, pin, input, output, needsPrice, PremiumsOf(received));
    }

    /// <summary>What a body names that may cost more: a service tier, of which every one could apply, and a region.</summary>
    public static Premiums PremiumsOf(Received received) => new(Holds(received.Body.Memory.Span, s_tier), Holds(received.Body.Memory.Span, s_region));

    /// <summary>The same for tokens that are bounded already.</summary>
    public static Amounts? Priced(Call call, PinRoute pin, long input, long output, bool needsPrice, Premiums premiums)
    {
        long? cost = pin.Route.PriceOf(pin.Model, null)?.CeilingNanoUsd(input, output, call.At, premiums.Tier, premiums.Region || pin.Provider.Region is not null);
        return cost is null && needsPrice ? null : new Amounts(cost ?? 0, input, output);
    }

    /// <summary>The model's own maximum of generated tokens; null: it is not known.</summary>
    public static long? KnownOutputOf(PinRoute pin) => Known(pin)?.MaxOutputTokens ?? pin.Route.Listed.GetValueOrDefault(pin.Model)?.MaxOutputTokens;

    private static long OutputOf(PinRoute pin) => KnownOutputOf(pin) ?? Budgets.Grants.Grant.DefaultOutputTokens * 8;

    /// <summary>Tokens that the model reads; null: nobody says.</summary>
    public static long? KnownContextOf(PinRoute pin) => Known(pin)?.ContextWindow ?? pin.Route.Listed.GetValueOrDefault(pin.Model)?.ContextWindow;

    private static long ContextOf(PinRoute pin) => KnownContextOf(pin) ?? UnknownContext;

    private static CatalogueModel? Known(PinRoute pin) => pin.Route.Catalogued.GetValueOrDefault(pin.Model);

    /// <summary>Whether a body holds all of its prompt itself, so that its text can be counted.</summary>
    public static bool IsWhole(Received received) =>
        !RefersElsewhere(received) && Count(received.Body.Memory.Span, s_links) == 0;

    private static long InputOf(Received received, PinRoute pin)
    {
        ReadOnlySpan<byte> body = received.Body.Memory.Span;
        if (RefersElsewhere(received))
        {
            return ContextOf(pin);
        }

        return body.Length + Overhead + (Count(body, s_links) * LinkedImageTokens);
    }

    // What the provider looks up, runs or keeps is in no body, and how long it is nobody says. A document by its address is as long as it is.
    private static bool RefersElsewhere(Received received)
    {
        ReadOnlySpan<byte> body = received.Body.Memory.Span;
        return received.Scan.HoldsProviderState || received.Scan.ReachesOutside || Holds(body, s_wholes) || (Holds(body, s_document) && Holds(body, s_linked));
    }

    private static bool Holds(ReadOnlySpan<byte> body, byte[][] members)
    {
        if (body.IndexOf(EscapedAscii) >= 0)
        {
            return Spelled(body, members) > 0;
        }

        foreach (byte[] member in members)
        {
            if (body.IndexOf(member) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    // Base64 in a data: address is counted twice, by its bytes and as a link: on the strict side.
    private static long Count(ReadOnlySpan<byte> body, byte[][] members)
    {
        if (body.IndexOf(EscapedAscii) >= 0)
        {
            return Spelled(body, members);
        }

        long count = 0;
        foreach (byte[] member in members)
        {
            count = Math.Max(count, body.Count(member));
        }

        return count;
    }

    // "image\u005furl" is the same name to every reader of JSON, so where letters may be escaped the texts are compared as they read.
    private static ReadOnlySpan<byte> EscapedAscii => "\\u00"u8;

    private static long Spelled(ReadOnlySpan<byte> body, byte[][] members)
    {
        long count = 0;
        Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = 64 });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
            {
                foreach (byte[] member in members)
                {
                    count += reader.ValueTextEquals(member.AsSpan(1..^1)) ? 1 : 0;
                }
            }
        }

        return count;
    }
}

/// <summary>What a request names that may cost more than the standard.</summary>
/// <param name="Tier">A tier of service.</param>
/// <param name="Region">A region in which it is to be answered.</param>
internal readonly record struct Premiums(bool Tier, bool Region);
