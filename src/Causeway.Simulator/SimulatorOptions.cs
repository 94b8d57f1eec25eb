using System.Net;

namespace Causeway.Simulator;

/// <summary>Where the simulator listens and how much it remembers.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Address and port, default 127.0.0.1:0 (a free port, told by <see cref="SimulatorServer.Address"/>).</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>The clock behind every scripted delay and bound, default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A script to start with, in the form that <c>PUT /sim/script</c> takes; none by default.</summary>
    public string? Script { get; init; }

    /// <summary>How many received requests are kept for <c>GET /sim/requests</c>: 0 to 100,000, default 1,000.</summary>
    public int KeptRequests { get; init; } = 1_000;

    /// <summary>Bytes of request bodies kept with them, oldest dropped first, default 64 MiB.</summary>
    public long KeptBodyBytes { get; init; } = 64L << 20;

    /// <summary>The largest request body that is read, default 64 MiB; above it the answer is 413.</summary>
    public long MaxBodyBytes { get; init; } = 64L << 20;
}
