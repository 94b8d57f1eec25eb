using Causeway.Gateway.Policy;
using Causeway.Shadow.Detect;

namespace Causeway.Configuration.Fields;

internal static class DetectorFields
{
    public static readonly Section Section = new(
        "detectors", "What must not go out to providers, by team and feature. Every rule that fits a request counts. A reload applies it. See docs/detectors.md.", SectionKind.List, 256)
    {
        MayBeMissing = true,
    };

    public static readonly Field<string> Team = Section.Allow(
        "team", Types.AttributionName, "support",
        "Whose requests.", "every team's");

    public static readonly Field<string> Feature = Section.Allow(
        "feature", Types.AttributionName, "triage",
        "Of which feature.", "every feature's");

    public static readonly Field<IReadOnlyList<DetectedKind>> Deny = Section.Allow(
        "deny", Types.DetectedKinds, "[card, iban, secret]",
        "A request that holds one of these is denied with `content_denied`, before any of it leaves.", "nothing");

    public static readonly Field<IReadOnlyList<DetectedKind>> Redact = Section.Allow(
        "redact", Types.DetectedKinds, "[email, phone]",
        "A placeholder such as `[EMAIL_1]` takes the place of each of these, and they are put back in the answer, also across the events of a stream.", "nothing");

    public static readonly Field<IReadOnlyList<DetectedKind>> Raise = Section.Allow(
        "raise", Types.DetectedKinds, "[national_id]",
        "A request that holds one of these belongs to the class of data `raise_to`, at least, whatever `x-causeway-data-class` says.", "nothing");

    public static readonly Field<string> RaiseTo = Section.Default(
        "raise_to", Types.DataClass, OutgoingRule.DefaultRaiseTo, "restricted",
        "That class.");
}
