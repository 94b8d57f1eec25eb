namespace Causeway.Wire.Batches;

/// <summary>What a POST of a provider's own API does with a batch of requests that is answered later.</summary>
public enum NativeBatch
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It begins one whose requests stand in its body (<see cref="Anthropic.Batches.MessageBatch"/>).</summary>
    Inline,

    /// <summary>It begins one whose requests stand in a file at the provider (<see cref="OpenAI.Batches.FileBatch"/>).</summary>
    InFile,

    /// <summary>It begins one whose requests stand elsewhere, or in a form that is not read here.</summary>
    Unread,

    /// <summary>It ends one early: nothing is charged for that.</summary>
    Cancel,
}
