using Causeway.Gateway.Instances;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Conversations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Conversations;

/// <summary>Forgets, every hour, conversations that nobody has gone on with for <see cref="Kept"/>. Of the instance that leads.</summary>
public sealed class ConversationUpkeep(IConversationStore store, Leadership leadership, TimeProvider time, ILogger<ConversationUpkeep> log) : BackgroundService
{
    /// <summary>How long a conversation is remembered after its last answer: as long as providers keep state of one.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private static readonly TimeSpan s_between = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer turns = new(s_between, time);
        try
        {
            while (await turns.WaitForNextTickAsync(stoppingToken))
            {
                if (leadership.IsLeader)
                {
                    await TryAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to end.
        }
    }

    private async Task TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            await store.DropBeforeAsync(time.GetUtcNow() - Kept, stoppingToken);
        }
#pragma warning disable CA1031 // Whatever it is, the next turn tries again, and nobody waits for this one.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogEvents.ConversationsNotForgotten(log, failure);
        }
    }
}
