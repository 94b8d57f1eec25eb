using Causeway.Gateway.Flow;
using Causeway.Wire;

namespace Causeway.Gateway.Rollouts;

/// <summary>Whether a call may have done something at its provider before it is answered: kept state, run a tool. Such a call is not made again elsewhere.</summary>
internal static class Effects
{
    /// <summary>What was found when the body was scanned says it.</summary>
    public static bool Possible(Call call, Received received) => received.Scan is { ReachesOutside: true } or { HoldsProviderState: true } || call.Operation switch
    {
        Operation.Responses => received.Scan.Store is not false, // Kept by OpenAI unless the request says otherwise.
        Operation.ChatCompletions => received.Scan.Store is true,
        _ => false,
    };
}
