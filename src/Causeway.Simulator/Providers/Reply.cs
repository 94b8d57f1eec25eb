using Causeway.Simulator.Bill;

namespace Causeway.Simulator.Providers;

/// <summary>A whole answer before any fault touches it.</summary>
/// <param name="Frames">One frame for a plain body; one per event for a stream.</param>
/// <param name="Tokens">What it costs if all of it leaves.</param>
internal sealed record Reply(int Status, string ContentType, IReadOnlyList<Frame> Frames, Tokens Tokens)
{
    public bool Stream { get; init; }

    public static Reply Json(byte[] body, Tokens tokens = default) => new(200, "application/json", [new Frame(body)], tokens);
}

/// <summary>Bytes that leave together.</summary>
/// <param name="Bytes">The event with its framing, or the plain body.</param>
/// <param name="Weight">How many bytes of generated text it carries: its share of the output tokens.</param>
internal sealed record Frame(ReadOnlyMemory<byte> Bytes, long Weight = 0)
{
    /// <summary>So many filler bytes follow <see cref="Bytes"/>, made while they are sent.</summary>
    public long Fill { get; init; }

    /// <summary>The event with its payload broken off, where the framing is not text and must stay whole.</summary>
    public ReadOnlyMemory<byte>? Broken { get; init; }

    public byte FillByte { get; init; } = (byte)' ';

    /// <summary>After the filler.</summary>
    public ReadOnlyMemory<byte> Tail { get; init; }
}
