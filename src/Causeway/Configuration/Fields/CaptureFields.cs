using Causeway.Gateway.Capture;

namespace Causeway.Configuration.Fields;

internal static class CaptureFields
{
    /// <summary>Bytes of a prompt, and of an answer, that any rule may keep.</summary>
    public const int MostBytes = 1024 * 1024;

    public static readonly Section Section = new(
        "capture", "Features whose prompts and answers are kept, encrypted; without a rule none is. The first rule that fits a request counts. A reload applies it. See docs/capture.md.", SectionKind.List, 256)
    {
        MayBeMissing = true,
    };

    public static readonly Field<string> Feature = Section.Require(
        "feature", Types.AttributionName, "triage",
        "Of which feature.");

    public static readonly Field<string> Team = Section.Allow(
        "team", Types.AttributionName, "support",
        "Whose requests.", "every team's");

    public static readonly Field<IReadOnlyList<string>> Environments = Section.Allow(
        "environments", Types.Environments, "[dev, eval]",
        "In which environments.", "in all of them");

    public static readonly Field<string> UpTo = Section.Default(
        "up_to", Types.DataClass, CaptureRule.DefaultUpTo, "internal",
        "The highest class of data that is kept; what belongs to a higher one is not. A request of which nothing says a class counts as `internal`.");

    public static readonly Field<bool> Redacted = Section.Default(
        "redacted", Types.Switch, false, "false",
        "`true`: requests of which a detector redacted something are kept too, with the placeholders. Otherwise nothing of them is kept.");

    public static readonly Field<TimeSpan> Keep = Section.Default(
        "keep", Types.Duration(3600, 30 * 86400), CaptureRule.DefaultKeep, "7d",
        "For how long.");

    public static readonly Field<int> MaxBytes = Section.Default(
        "max_size", Types.Size(1024, MostBytes), CaptureRule.DefaultMaxBytes, "64KiB",
        "How much of a prompt, and of an answer, is kept at most; what is longer is cut.");
}
