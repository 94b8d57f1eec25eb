using System.Globalization;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Instances;

namespace Causeway.Admin.Instance;

/// <summary>What this instance says of itself to the others, and to whoever asks which there are.</summary>
internal sealed class InstanceVoice(InstanceInfo info, InferenceGateway gateway, ReleaseDesk desk, BudgetLedger ledger, MasterKeys masters)
{
    /// <summary>What this process is called: the machine and the process.</summary>
    public static readonly string Name = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}");
    private readonly string _masters = masters.Fingerprint;

    /// <summary>The same with the change of the policy that it has applied.</summary>
    public InstanceBeat Say(long applied) => new(Name, info.Version, info.StartedAt, applied, gateway.OpenRequests, gateway.OpenStreams, ledger.OwnReservations, _masters) { Met = desk.Met };
}
