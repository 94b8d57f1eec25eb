using System.Text;
using Causeway.Simulator.Providers;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Faults;

/// <summary>Turns the well-made events of a reply into what the script wants. Lazy, since some streams have no end.</summary>
internal static class StreamEdits
{
    /// <param name="errorEvent">The vendor's error event for a position.</param>
    public static IEnumerable<Frame> Apply(Reply reply, Behaviour then, bool sse, Func<int, Frame> errorEvent)
    {
        if (!reply.Stream)
        {
            return reply.Frames;
        }

        IEnumerable<Frame> edited = Edit(reply.Frames, then, errorEvent);
        return sse && then.Sse is { } style ? SseRestyle.Apply(edited, style) : edited;
    }

    private static IEnumerable<Frame> Edit(IReadOnlyList<Frame> frames, Behaviour then, Func<int, Frame> errorEvent)
    {
        int endlessFrom = then.Endless?.FromEvent ?? FirstWithText(frames);
        for (int i = 0; i < frames.Count; i++)
        {
            bool replaced = false;
            foreach (Insert insert in Inserts(then, at => at == i))
            {
                replaced |= insert.Replace is true;
                yield return Inserted(insert);
            }

            if (then.HugeLine is { } huge && (huge.AtEvent ?? 0) == i)
            {
                yield return Huge(huge);
            }

            if (then.ErrorAtEvent == i)
            {
                yield return errorEvent(i);
                yield break;
            }

            if (!replaced)
            {
                yield return then.MalformedAtEvent == i ? Malformed(frames[i]) : frames[i];
            }

            while (then.Endless is { } endless && endlessFrom == i)
            {
                yield return endless.Kind == EndlessKind.Comments ? new Frame(": keep-alive\n\n"u8.ToArray()) : frames[FirstWithText(frames)];
            }
        }

        foreach (Insert insert in Inserts(then, at => at >= frames.Count))
        {
            yield return Inserted(insert);
        }
    }

    private static IEnumerable<Insert> Inserts(Behaviour then, Func<int, bool> here) => (then.Insert ?? []).Where(insert => here(insert.AtEvent ?? 0));

    private static Frame Inserted(Insert insert) => new(insert.Base64 ?? Encoding.UTF8.GetBytes(insert.Text ?? ""));

    private static Frame Huge(HugeLine huge) => new("data: "u8.ToArray())
    {
        Fill = huge.Bytes!.Value,
        FillByte = (byte)'x',
        Tail = huge.Ended is false ? default(ReadOnlyMemory<byte>) : "\n\n"u8.ToArray(),
    };

    /// <summary>Half of the payload, with the framing that ends it.</summary>
    private static Frame Malformed(Frame frame)
    {
        if (frame.Broken is { } broken)
        {
            return new Frame(broken);
        }

        ReadOnlySpan<byte> bytes = frame.Bytes.Span;
        int start = Math.Max(0, bytes.IndexOf("data: "u8) + "data: ".Length);
        int end = bytes.Length;
        while (end > start && bytes[end - 1] is (byte)'\n' or (byte)'\r')
        {
            end--;
        }

        return new Frame((byte[])[.. bytes[..(start + ((end - start) / 2))], .. bytes[end..]]);
    }

    private static int FirstWithText(IReadOnlyList<Frame> frames)
    {
        for (int i = 0; i < frames.Count; i++)
        {
            if (frames[i].Weight > 0)
            {
                return i;
            }
        }

        return 0;
    }
}
