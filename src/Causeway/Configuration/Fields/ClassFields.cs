namespace Causeway.Configuration.Fields;

internal static class ClassFields
{
    public static readonly Section Section = new(
        "classes", "Which class of data requests belong to at least, by team and feature. Of rules that fit the strictest counts. A reload applies it. See docs/agreements.md.", SectionKind.List, 1024)
    {
        MayBeMissing = true,
    };

    public static readonly Field<string> Team = Section.Allow(
        "team", Types.AttributionName, "support",
        "Whose requests.", "every team's");

    public static readonly Field<string> Feature = Section.Allow(
        "feature", Types.AttributionName, "triage",
        "Of which feature.", "every feature's");

    public static readonly Field<string> Data = Section.Require(
        "data", Types.DataClass, "customer",
        "The class.");
}
