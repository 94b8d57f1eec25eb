using Causeway.Gateway.Flow;
using Causeway.Gateway.Objects;
using Causeway.Wire;
using Causeway.Wire.Batches;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Passthrough;

/// <summary>A native call on its way: where it goes and what is sent.</summary>
/// <param name="Asked">The model in the caller's words; the provider's name where none is named.</param>
/// <param name="Pin">The provider, and the model where one is named (empty otherwise).</param>
/// <param name="PathAndQuery">Below the provider's endpoint.</param>
/// <param name="Body">What is sent; empty for calls without a body.</param>
internal sealed record NativeCall(string Asked, PinRoute Pin, string PathAndQuery, SplicedBody Body)
{
    /// <summary>How its channel was resolved; null: it names none.</summary>
    public Plan? Plan { get; init; }

    /// <summary>What of inference it is; null: it is no POST, or one that is not understood.</summary>
    public Operation? Operation { get; init; }

    /// <summary>What it does with a batch of requests.</summary>
    public NativeBatch BatchAct { get; init; }

    /// <summary>Whether it begins a batch, of whatever kind.</summary>
    public bool BeginsBatch => BatchAct is not (NativeBatch.None or NativeBatch.Cancel);

    /// <summary>It begins a batch that is bounded: what that uses is told when it is done, not in the answer.</summary>
    public bool IsBatch { get; init; }

    /// <summary>What it has to do with what the provider keeps; null: nothing.</summary>
    public NativeObjects? Objects { get; init; }

    /// <summary>The path without its query.</summary>
    public string Path => PathAndQuery.IndexOf('?', StringComparison.Ordinal) is >= 0 and int query ? PathAndQuery[..query] : PathAndQuery;
}
