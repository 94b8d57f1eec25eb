using System.CommandLine;

namespace Causeway.Commands;

/// <summary><c>causeway shadow</c></summary>
internal static class ShadowCommand
{
    public static Command Create(Surroundings surroundings) => new("shadow", "Find inference that goes around the gateway.")
    {
        new ShadowScanCommand(surroundings),
        new ShadowImportCommand(surroundings),
        new ShadowLogsCommand(surroundings),
        new ShadowImportsCommand(surroundings),
        new ShadowReportCommand(surroundings),
        new ShadowClaimCommand(surroundings),
        new ShadowAdoptCommand(surroundings),
        new ShadowDetectCommand(surroundings),
    };
}
