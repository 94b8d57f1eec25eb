namespace Causeway.Configuration.Fields;

internal static class ReleasesFields
{
    public static readonly Section Section = new("releases", "What holds for the way back of every channel.");

    public static readonly Field<int> RollbackAllowance = Section.Default(
        "rollback_allowance", Types.Count(0, 100), ReleasesConfiguration.Default.RollbackAllowance, "30",
        "By how much the limits in USD of those who pay for a channel are raised for 24 hours when it goes back to a dearer release, in percent. 0: they are not, and may stop it.");
}
