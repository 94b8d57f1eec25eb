using Causeway.Gateway.Upstream;

namespace Causeway.Gateway.Flow;

/// <summary>
/// A model that was switched off answers 404, 400 or 429, as its vendor likes. Of one whose day is past, each of these is that, and no fault of the caller's, nor a full queue:
/// the next pin is tried, and nobody waits.
/// </summary>
internal static class Retirement
{
    /// <summary>The code that such a call has in trails and answers.</summary>
    public const string Code = "model_retired";

    /// <summary>Whether it explains an answer.</summary>
    public static bool Explains(PinRoute pin, Reply reply, DateTimeOffset now) =>
        reply.Status is 400 or 404 or 429 && DayOf(pin) is { } day && DateOnly.FromDateTime(now.UtcDateTime) >= day;

    /// <summary>The day on which a pin's model is switched off, UTC; null: none is published.</summary>
    public static DateOnly? DayOf(PinRoute pin) => pin.Route.Catalogued.GetValueOrDefault(pin.Model)?.Retires;
}
