using System.Buffers;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>A block of a stream that is being written.</summary>
/// <param name="start">How it began.</param>
/// <param name="index">A call's place among the calls of its choice.</param>
internal sealed class ChatWrittenBlock(in BlockStart start, int index)
{
    private ArrayBufferWriter<byte>? _kept;

    public BlockStart Start { get; } = start;

    public int Index => index;

    public bool IsCall => Start.Kind is BlockKind.ToolCall or BlockKind.CustomToolCall;

    /// <summary>Calls: its id and name were told.</summary>
    public bool IsBegun { get; set; }

    public ReasoningSeal? Seal { get; set; }

    /// <summary>The reasoning so far, which the state of the vendor belongs to.</summary>
    public ReadOnlySpan<byte> Kept => _kept is null ? default : _kept.WrittenSpan;

    /// <summary>Keeps a piece of reasoning for the entry that ends it; nothing else has to be kept.</summary>
    public void Keep(ReadOnlySpan<byte> escaped)
    {
        if (Start.Kind == BlockKind.Reasoning)
        {
            (_kept ??= new ArrayBufferWriter<byte>()).Write(escaped);
        }
    }
}

/// <summary>A choice of a stream that is being written.</summary>
internal sealed class ChatWrittenChoice
{
    /// <summary>Calls so far.</summary>
    public int Calls { get; set; }

    /// <summary>Entries of reasoning state so far, each with the text that it has, as it stands in JSON.</summary>
    public List<(ReasoningSeal Seal, byte[] Text)> Entries { get; } = [];

    /// <summary>Sources so far.</summary>
    public List<Citation> Citations { get; } = [];

    public bool Refuses { get; set; }
}
