using System.Runtime.InteropServices;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Upstream;

namespace Causeway.Gateway.Relay;

/// <summary>An answer that is about to be read.</summary>
/// <param name="Stream">Its bytes.</param>
/// <param name="Deadline">How long the call may take.</param>
/// <param name="Idle">How long the provider may stand still.</param>
/// <param name="ClientGone">Whoever waits for it has left.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Incoming(Stream Stream, StallWatch.Deadline Deadline, TimeSpan Idle, CancellationToken ClientGone)
{
    public static Incoming Of(Call call, Hop hop, Stream upstream) => new(upstream, hop.Deadline, hop.Pin.Provider.Timeouts.Idle, call.ClientGone);
}
