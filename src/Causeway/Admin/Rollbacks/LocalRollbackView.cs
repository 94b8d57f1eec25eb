using System.ComponentModel;
using Causeway.Releases.Rollback;

namespace Causeway.Admin.Rollbacks;

/// <summary>What an instance has rolled back by itself.</summary>
internal sealed record LocalRollbackView(
    string Channel,
    [property: Description("What is not dispatched on it here.")] string From,
    [property: Description("What answers here.")] string To,
    DateTimeOffset At,
    string By,
    string Reason)
{
    public static LocalRollbackView Of(LocalRollback local) => new(local.Channel, local.From.ToString(), local.To.ToString(), local.At, local.By, local.Reason);
}
