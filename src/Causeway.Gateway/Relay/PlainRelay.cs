using System.IO.Pipelines;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Upstream;
using Causeway.Wire.Usage;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Relay;

/// <summary>
/// Passes an answer on as it arrives and reads usage in passing; the answer is never gathered. Allowance: the pipe's own
/// memory, one copy (socket to pipe).
/// </summary>
internal static class PlainRelay
{
    private const int MinRead = 2048;

    /// <param name="call">Whose answer it is.</param>
    /// <param name="upstream">The answer.</param>
    /// <param name="meter">What reads it in passing; null: an error, which has nothing to meter.</param>
    /// <param name="making">What the answer says was made; null: nothing that is kept. Its meter, where there is one, reads it for this.</param>
    /// <param name="deadline">Kept while the provider is waited for.</param>
    /// <param name="timeouts">How long a piece may take.</param>
    /// <param name="maxBytes">The most that is relayed.</param>
    public static async Task<RelayEnd> RunAsync(Call call, Stream upstream, ResponseMeter? meter, Making? making, StallWatch.Deadline deadline, ProviderTimeouts timeouts, long maxBytes)
    {
        HttpResponse response = call.Context.Response;
        PipeWriter output = response.BodyWriter;
        long relayed = 0;
        while (true)
        {
            int read;
            try
            {
                deadline.Within(timeouts.Idle);
                Memory<byte> memory = output.GetMemory(MinRead);
                read = await upstream.ReadAsync(memory, deadline.Token);
                meter?.Body(memory.Span[..read]);
                if (meter is null)
                {
                    making?.Reader?.Body(memory.Span[..read]);
                }
            }
            catch (OperationCanceledException)
            {
                return deadline.End;
            }
            catch (Exception broken) when (broken is IOException or HttpRequestException)
            {
                return call.ClientGone.IsCancellationRequested ? RelayEnd.ClientGone : RelayEnd.Truncated;
            }

            if (read == 0)
            {
                return relayed > 0 && meter is { Ended: false } && IsJson(response) ? RelayEnd.Truncated : RelayEnd.Complete;
            }

            if ((relayed += read) > maxBytes)
            {
                return RelayEnd.TooLarge;
            }

            output.Advance(read);
            deadline.Pause();
            if (making is not null)
            {
                await making.KeptAsync();
            }

            FlushResult flushed = await output.FlushAsync(CancellationToken.None);
            call.MarkFirstByte();
            if (flushed.IsCompleted || call.ClientGone.IsCancellationRequested)
            {
                if (meter is not null && deadline.Drains)
                {
                    await Drain.BodyAsync(new Incoming(upstream, deadline, timeouts.Idle, call.ClientGone), meter, maxBytes - relayed);
                }

                return RelayEnd.ClientGone;
            }
        }
    }

    // Where HTTP itself cannot tell half a document from a whole one, the document can.
    private static bool IsJson(HttpResponse response) => response.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) is true;
}
