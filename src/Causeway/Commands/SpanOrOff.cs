using Causeway.Admin;

namespace Causeway.Commands;

/// <summary>An option that takes a span of time, or <c>off</c>.</summary>
internal static class SpanOrOff
{
    /// <summary>Its seconds, 0 for <c>off</c>; null: it is neither, or not from <paramref name="least"/> to <paramref name="most"/> seconds.</summary>
    public static int? Seconds(string text, int least, int most) => text switch
    {
        "off" => 0,
        _ when Moment.TryParseSpan(text, out TimeSpan span) && span.TotalSeconds >= least && span.TotalSeconds <= most => (int)span.TotalSeconds,
        _ => null,
    };
}
