using Causeway.Configuration;
using Causeway.Gateway.Inbound;

namespace Causeway.Composition;

/// <summary>The seam between the configuration's words on runs and the data plane: at start, and with each reload.</summary>
internal static class RunPolicy
{
    /// <summary>What holds for runs from their next call on.</summary>
    public static void Apply(this InferenceGateway gateway, RunsConfiguration runs)
    {
        gateway.RunLimits = runs.Limits;
        gateway.ExemptTools(runs.ExemptByFeature);
    }
}
