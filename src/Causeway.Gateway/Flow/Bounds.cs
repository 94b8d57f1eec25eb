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

    // An image is billed by its size in pixels, up to some thousands of tokens: neither its address nor how well it was compressed bounds that.
    private const long LinkedImageTokens = 8_192;

    /// <summary>The bound of a call; null: the model has no price, or a tool that it names no fee, and money is what counts.</summary>
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
        return Priced(call, pin, input, output, needsPrice, received.Mentions);
    }

    /// <summary>The same for tokens that are bounded already.</summary>
    public static Amounts? Priced(Call call, PinRoute pin, long input, long output, bool needsPrice, Mentions mentions)
    {
        long? cost = CostOf(pin.Model);
        foreach (string other in mentions.Models ?? [])
        {
            cost = CostOf(other) is { } dearer && cost is { } dearest ? Math.Max(dearest, dearer) : null; // What has no price may be the dearest.
        }

        return cost is null && needsPrice ? null : new Amounts(cost ?? 0, input, output);

        long? CostOf(string model) => pin.Route.PriceOf(model, null)?.CeilingNanoUsd(input, output, call.At, mentions.Tier, mentions.Region || pin.Provider.Region is not null)
            + ToolCharges.MostNanoUsd(pin, model, mentions, call.At);
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
        !RefersElsewhere(received) && received.Mentions.Links == 0;

    private static long InputOf(Received received, PinRoute pin) =>
        RefersElsewhere(received) ? ContextOf(pin) : received.Body.Length + Overhead + (received.Mentions.Links * LinkedImageTokens);

    /// <summary>Whether it names what the provider looks up, runs or keeps, which is in no body, and how long it is nobody says.</summary>
    public static bool RefersElsewhere(Received received) => received.Scan.HoldsProviderState || received.Scan.ReachesOutside || received.Mentions.IsElsewhere;
}
