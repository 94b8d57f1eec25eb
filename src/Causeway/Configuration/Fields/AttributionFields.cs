namespace Causeway.Configuration.Fields;

internal static class AttributionFields
{
    public static readonly Section Section = new(
        "attribution", "What is booked of requests beside team, feature and environment. A reload applies it. See docs/attribution.md.");

    public static readonly Field<EndUserRule> EndUser = Section.Default(
        "end_user", Types.EndUserRule, EndUserRule.Keep, "hash",
        "What is booked of the end user that `x-causeway-end-user` names: `keep`, the name as it is; `hash`, a digest under a key of this deployment; `drop`, nothing.");

    public static readonly Field<IReadOnlyDictionary<string, string>> CostCentres = Section.Allow(
        "cost_centres", Types.CostCentres, "{ search: CC-4711, support: CC-4712 }",
        "The cost centres of teams: what a new key is bound to where its maker says no other. Keys that there are keep theirs.", "none: keys have the cost centre that their maker says");
}
