namespace Causeway.Configuration.Fields;

internal static class RetentionFields
{
    public static readonly Section Section = new("retention", "How long what is booked is kept. Totals and the ledger are kept for ever. See docs/operations/store.md.");

    public static readonly Field<TimeSpan> Usage = Section.Allow(
        "usage", Types.Duration(2 * 86400, 3660 * 86400L), "400d",
        "Usage records of requests that are older are dropped, with their trails. `spend` stays as it is; the FOCUS export, contract outcomes and later words need the records.",
        "none: all are kept");
}
