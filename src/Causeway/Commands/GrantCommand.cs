using System.CommandLine;

namespace Causeway.Commands;

/// <summary><c>causeway grant</c></summary>
internal static class GrantCommand
{
    public static Command Create(Surroundings surroundings) => new("grant", "Raise, seal and review grants: the right to have inference happen, up to an amount.")
    {
        new GrantRequestCommand(surroundings),
        new GrantInboxCommand(surroundings),
        new GrantApproveCommand(surroundings),
        new GrantDenyCommand(surroundings),
        new GrantSealCommand(surroundings),
        new GrantBreakGlassCommand(surroundings),
        new GrantAckCommand(surroundings),
        new GrantReviewCommand(surroundings),
    };
}
