using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>The output of a response while it is written: texts in a row are one message, everything else is an item of its own.</summary>
internal sealed class OutputItems(ReplyContext context)
{
    private readonly string _requestId = context.RequestId[(context.RequestId.IndexOf('_', StringComparison.Ordinal) + 1)..];
    private readonly Target _target = context.Target;

    public List<OutputItem> All { get; } = [];

    /// <summary>The response's id: the provider's own where it is one of this operation.</summary>
    public string ResponseId(string? given) => given?.StartsWith("resp_", StringComparison.Ordinal) == true ? given : "resp_" + _requestId;

    /// <summary>Puts a block where it belongs: into the message before it, or into a new item.</summary>
    public OutputItem Place(ReplyBlock block)
    {
        bool isSaid = block.Start.Kind is BlockKind.Text or BlockKind.Refusal;
        if (!(isSaid && All is [.., { Kind: BlockKind.Text }]))
        {
            All.Add(new OutputItem(All.Count, IdOf(block.Start.Kind), isSaid ? BlockKind.Text : block.Start.Kind));
        }

        All[^1].Blocks.Add(block);
        return All[^1];
    }

    /// <summary>Gives a call the id by which its result will come back, with the state that has to come back too.</summary>
    public void NameCall(OutputItem item, ReplyBlock block) => item.CallId = CallIds.ToCaller(block.Start.CallId!, block.Seal is { } seal ? Named(seal) : null);

    /// <summary>
    /// What stands in a reasoning item's <c>encrypted_content</c>: always an envelope. It keeps the id that OpenAI's state is bound to, and it
    /// tells thoughts that OpenAI does not know from its own, which it would look for by their ids.
    /// </summary>
    public string StateOf(ReplyBlock block) =>
        (block.Seal is { } seal ? Named(seal) : new ReasoningSeal(_target.Protocol, SealForm.Signature, "")).ToEnvelope();

    /// <summary>Makes what a stop without words comes to a refusal that can be read.</summary>
    public ReplyBlock? RefusalFor(in ReplyStop stop)
    {
        if (stop.Kind != StopKind.Refusal || All.Exists(item => item.Blocks.Exists(block => block.Start.Kind == BlockKind.Refusal)))
        {
            return null;
        }

        ReplyBlock refusal = new(new BlockStart(BlockKind.Refusal));
        refusal.Append(JsonSlice.Of(stop.Detail ?? "The model declined to answer.").Escaped);
        return refusal;
    }

    private ReasoningSeal Named(ReasoningSeal seal) => seal with { Model = seal.Model ?? _target.Model };

    private string IdOf(BlockKind kind)
    {
        string prefix = kind switch
        {
            BlockKind.Reasoning => "rs_",
            BlockKind.ToolCall => "fc_",
            BlockKind.CustomToolCall => "ctc_",
            _ => "msg_",
        };
        return $"{prefix}{_requestId}{All.Count:x4}";
    }
}
