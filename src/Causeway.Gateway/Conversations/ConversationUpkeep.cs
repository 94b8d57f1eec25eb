using Causeway.Gateway.Instances;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Conversations;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Conversations;

/// <summary>Forgets, every hour, conversations that nobody has gone on with for <see cref="Kept"/>. Of the instance that leads.</summary>
public sealed class ConversationUpkeep(IConversationStore store, Leadership leadership, TimeProvider time, ILogger<ConversationUpkeep> log) : Chore(s_between, leadership, time)
{
    /// <summary>How long a conversation is remembered after its last answer: as long as providers keep state of one.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private static readonly TimeSpan s_between = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override Task TurnAsync(CancellationToken cancellation) => store.DropBeforeAsync(Time.GetUtcNow() - Kept, cancellation);

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.ConversationsNotForgotten(log, failure);
}
