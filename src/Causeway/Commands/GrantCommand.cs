using System.CommandLine;

namespace Causeway.Commands;

/// <summary><c>causeway grant</c>: budgets as capabilities.</summary>
internal static class GrantCommand
{
    public static Command Create(Surroundings surroundings) => new("grant", "Make, pass on, watch and end grants: the right to have inference happen.")
    {
        new GrantNewCommand(surroundings),
        new GrantDelegateCommand(surroundings),
        new GrantTreeCommand(surroundings),
        new GrantBranchCommand(surroundings),
        new GrantShowCommand(surroundings),
        new GrantSetCommand(surroundings),
        new GrantImpactCommand(surroundings),
        GrantChangeCommand.Suspend(surroundings),
        GrantChangeCommand.Resume(surroundings),
        GrantChangeCommand.Revoke(surroundings),
        new GrantRekeyCommand(surroundings),
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
