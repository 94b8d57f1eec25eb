using Causeway.Gateway.Instances;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Conversations;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Conversations;

/// <summary>Forgets, every hour, transcripts of conversations whose time is over. Of the instance that leads.</summary>
public sealed class TranscriptUpkeep(ITranscriptStore store, Leadership leadership, TimeProvider time, ILogger<TranscriptUpkeep> log) : Chore(s_between, leadership, time)
{
    private static readonly TimeSpan s_between = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override Task TurnAsync(CancellationToken cancellation) => store.DropAsync(Time.GetUtcNow(), cancellation);

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.TranscriptsNotForgotten(log, failure);
}
