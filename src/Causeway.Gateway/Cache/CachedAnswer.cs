using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Causeway.Gateway.Cache;

/// <summary>An answer as its first caller got it, and what is told of it.</summary>
/// <param name="Request">The request that it was made for.</param>
/// <param name="MadeAt">When it was whole, UTC, to the millisecond.</param>
/// <param name="ContentType">Of the body; a stream's too.</param>
/// <param name="Body">Its bytes, of a stream all events.</param>
internal sealed record CachedAnswer(Guid Request, DateTimeOffset MadeAt, string ContentType, ReadOnlyMemory<byte> Body)
{
    private const byte Form = 1;

    /// <summary><c>provider/model</c>; null: nobody was named.</summary>
    public string? ServedBy { get; init; }

    /// <summary>What the provider says that answered; null: it did not say.</summary>
    public string? Model { get; init; }

    /// <summary>Why the model stopped; null: it did not say.</summary>
    public string? StopReason { get; init; }

    /// <summary>What became of its contract; null: there was none.</summary>
    public string? ContractOutcome { get; init; }

    /// <summary>What was mended in it; null: nothing.</summary>
    public string? Mended { get; init; }

    /// <summary>Fields that the provider could not be told; null: none.</summary>
    public string? Dropped { get; init; }

    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        Span<byte> head = output.GetSpan(25);
        head[0] = Form;
        Request.TryWriteBytes(head[1..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(head[17..], MadeAt.ToUnixTimeMilliseconds());
        output.Advance(25);
        foreach (string? text in (ReadOnlySpan<string?>)[ContentType, ServedBy, Model, StopReason, ContractOutcome, Mended, Dropped])
        {
            int length = text is null ? -1 : Encoding.UTF8.GetByteCount(text);
            BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), length);
            output.Advance(4);
            if (length > 0)
            {
                output.Advance(Encoding.UTF8.GetBytes(text!, output.GetSpan(length)));
            }
        }

        output.Write(Body.Span);
    }

    /// <exception cref="InvalidDataException">The bytes are none, or of another version.</exception>
    public static CachedAnswer Read(byte[] all)
    {
        ReadOnlySpan<byte> rest = all;
        try
        {
            if (rest[0] != Form)
            {
                throw new InvalidDataException($"A cached answer of form {rest[0]} was written by another version.");
            }

            Guid request = new(rest.Slice(1, 16), bigEndian: true);
            var madeAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(rest[17..]));
            rest = rest[25..];
            string? type = Text(ref rest), servedBy = Text(ref rest), model = Text(ref rest), stop = Text(ref rest), outcome = Text(ref rest), mended = Text(ref rest), dropped = Text(ref rest);
            return new CachedAnswer(request, madeAt, type!, all.AsMemory(all.Length - rest.Length))
            {
                ServedBy = servedBy,
                Model = model,
                StopReason = stop,
                ContractOutcome = outcome,
                Mended = mended,
                Dropped = dropped,
            };
        }
        catch (Exception damaged) when (damaged is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("A cached answer is cut off.", damaged);
        }
    }

    private static string? Text(ref ReadOnlySpan<byte> rest)
    {
        int length = BinaryPrimitives.ReadInt32BigEndian(rest);
        rest = rest[4..];
        if (length < 0)
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(rest[..length]);
        rest = rest[length..];
        return text;
    }
}
