namespace Causeway.Configuration.Fields;

internal static class SentinelFields
{
    private static readonly SentinelConfiguration Standard = SentinelConfiguration.Default;

    public static readonly Section Section = new("sentinel", "When pins whose border prompts were measured are asked again. Only those cost money; what answers say of themselves is looked at for nothing.");

    public static readonly Field<TimeSpan> Every = Section.Default(
        "every", Types.Duration(900, 7 * 86400), Standard.Every, "1h",
        "From one cycle of a pin to the next. A pin that floats, or that named a new backend within a day, is asked four times as often.");

    public static readonly Field<long> MaxUsd = Section.Default(
        "max_usd", Types.Amount, Standard.MaxNanoUsd, "1.00",
        "What all pins may cost together in a day (UTC), in USD. A model without a price is bounded by calls only.");
}
