using System.Net.Sockets;
using System.Text;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Providers;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Faults;

/// <summary>Brings one reply to the client, as well or as badly as the script says.</summary>
/// <param name="gone">The client left, or the simulator stops.</param>
internal sealed class Delivery(HttpContext context, Behaviour then, Tab tab, TimeProvider time, CancellationToken gone)
{
    private const int DefaultLimitMs = 60_000;
    private const int DefaultEndlessGapMs = 10;

    private long _sentWeight;

    public async Task SendAsync(Reply reply, IReadOnlyList<KeyValuePair<string, string>> headers, IEnumerable<Frame> frames)
    {
        try
        {
            await PauseAsync(then.DelayMs, gone);
            if (then.NeedsSocket)
            {
                SocketOutlet outlet = new(context, then, time);
                if ((then.RawReplyBase64 ?? (then.RawReply is { } text ? Encoding.UTF8.GetBytes(text) : null)) is { } raw)
                {
                    await outlet.SendAsync(raw, gone);
                    await StopAsync(outlet, then.Cut?.How ?? CutHow.Fin);
                    return;
                }

                await SendAsync(outlet, reply, headers, frames);
            }
            else
            {
                await SendAsync(new KestrelOutlet(context, then.Encoding), reply, headers, frames);
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // A cancelled wait with the client still there is our own bound or our own end; a broken write is the client's.
            bool left = context.RequestAborted.IsCancellationRequested || stopped is not OperationCanceledException;
            tab.Ends(left ? Ending.ClientGone : Ending.Cut, _sentWeight);
            context.Abort();
        }
    }

    private async Task SendAsync(IOutlet outlet, Reply reply, IReadOnlyList<KeyValuePair<string, string>> headers, IEnumerable<Frame> frames)
    {
        if (then.Cut is { BeforeHead: true } before)
        {
            await StopAsync(outlet, before.How ?? CutHow.Rst);
            return;
        }

        tab.HeadLeaves();
        long? length = reply.Stream || then.BrokenChunking is true || then.Cut?.How == CutHow.End
            ? null
            : reply.Frames.Sum(frame => frame.Bytes.Length + frame.Fill + frame.Tail.Length);
        await outlet.HeadAsync(new ReplyHead(reply.Status, headers, length, Early: reply.Stream || then.FirstByteDelayMs is not null || then.Cut is not null), gone);
        await PauseAsync(then.FirstByteDelayMs, gone);

        CutPoint cut = new(then.Cut);
        await WriteAsync(outlet, cut, frames, failing: then.ErrorAtEvent < reply.Frames.Count);
        if (!cut.Reached)
        {
            await outlet.EndAsync(gone);
            return;
        }

        CutHow how = then.Cut!.How ?? CutHow.Rst;
        if (how != CutHow.Stall)
        {
            tab.Ends(Ending.Cut, _sentWeight);
        }

        await StopAsync(outlet, how);
    }

    private async Task WriteAsync(IOutlet outlet, CutPoint cut, IEnumerable<Frame> frames, bool failing)
    {
        using CancellationTokenSource? limit = then.Endless is null ? null : new(TimeSpan.FromMilliseconds(then.LimitMs ?? DefaultLimitMs), time);
        using CancellationTokenSource? either = limit is null ? null : CancellationTokenSource.CreateLinkedTokenSource(limit.Token, gone);
        CancellationToken stop = either?.Token ?? gone;
        int? endlessGap = then.Endless is null ? null : DefaultEndlessGapMs;
        int? gap = (then.ChunkBytes is null ? then.EventGapMs : then.ChunkGapMs) ?? endlessGap;

        IEnumerable<Piece> pieces = cut.Limit(Pieces.Of(frames));
        using IEnumerator<Piece> each = (then.ChunkBytes is { } size ? Pieces.Rechunk(pieces, size) : pieces).GetEnumerator();
        bool more = each.MoveNext();
        while (more)
        {
            Piece piece = each.Current;
            more = each.MoveNext();
            stop.ThrowIfCancellationRequested();
            if (!more && !cut.Reached)
            {
                // Booked before the client can see the end, so that whoever reads on may trust the bill.
                tab.Ends(failing ? Ending.Cut : Ending.Completed, _sentWeight + piece.Weight);
            }

            await outlet.WriteAsync(piece.Bytes, stop);
            _sentWeight += piece.Weight;
            if (more && (piece.EndsEvent || then.ChunkBytes is not null))
            {
                await PauseAsync(gap, stop);
            }
        }
    }

    private async Task StopAsync(IOutlet outlet, CutHow how)
    {
        switch (how)
        {
            case CutHow.Rst:
                outlet.Reset();
                break;
            case CutHow.Fin:
                await outlet.FinishAsync(gone);
                break;
            case CutHow.End:
                await outlet.EndAsync(gone);
                break;
            default:
                await PauseAsync(then.LimitMs ?? DefaultLimitMs, gone);
                tab.Ends(Ending.Cut, _sentWeight);
                outlet.Reset();
                break;
        }
    }

    private Task PauseAsync(int? milliseconds, CancellationToken stop) =>
        milliseconds is null or 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromMilliseconds(milliseconds.Value), time, stop);
}
