using Causeway.Budgets.Ledger;

namespace Causeway.Storage.Rows;

/// <summary>The times of a request's steps as bytes: of each step its number in a byte, then its beginning in microseconds, seven bits a byte with the least first. About 40 bytes a request.</summary>
internal static class StepBytes
{
    /// <summary>The most that <see cref="Write"/> takes.</summary>
    public const int Most = StepTimes.Most * 6;

    /// <returns>How many bytes were written.</returns>
    public static int Write(StepTimes steps, Span<byte> bytes)
    {
        int length = 0;
        for (int step = 0; step < StepTimes.Most; step++)
        {
            if (steps.BeginOf((RequestStep)step) is not { } begin)
            {
                continue;
            }

            bytes[length++] = (byte)step;
            ulong rest = (ulong)(begin.Ticks / TimeSpan.TicksPerMicrosecond);
            for (; rest > 0x7f; rest >>= 7)
            {
                bytes[length++] = (byte)(rest | 0x80);
            }

            bytes[length++] = (byte)rest;
        }

        return length;
    }

    /// <summary>The same as an array of its own; null: there are none.</summary>
    public static byte[]? Of(StepTimes steps)
    {
        Span<byte> bytes = stackalloc byte[Most];
        int length = Write(steps, bytes);
        return length == 0 ? null : bytes[..length].ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote. A step that is not known here is left out.</summary>
    /// <exception cref="InvalidDataException">It is cut off.</exception>
    public static StepTimes Read(ReadOnlySpan<byte> bytes)
    {
        StepTimes steps = default;
        int at = 0;
        while (at < bytes.Length)
        {
            int step = bytes[at++];
            long begin = 0;
            byte part = 0x80;
            for (int shift = 0; (part & 0x80) != 0; shift += 7)
            {
                if (at == bytes.Length || shift > 28)
                {
                    throw new InvalidDataException("The steps of a usage row are cut off.");
                }

                part = bytes[at++];
                begin |= (long)(part & 0x7f) << shift;
            }

            if (step < StepTimes.Most)
            {
                steps.Begin((RequestStep)step, TimeSpan.FromMicroseconds(begin));
            }
        }

        return steps;
    }
}
