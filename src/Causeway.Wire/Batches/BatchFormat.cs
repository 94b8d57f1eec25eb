using Causeway.Wire.Anthropic.Batches;
using Causeway.Wire.OpenAI.Batches;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Batches;

/// <summary>
/// How a protocol speaks of batches: requests that are taken together, answered later, and told line by line. Whoever holds, watches and settles one asks this, and never whose it is.
/// Instances are stateless.
/// </summary>
public abstract class BatchFormat
{
    private static readonly AnthropicBatches s_anthropic = new();
    private static readonly OpenAIBatches s_openAI = new();

    /// <summary>How a protocol speaks of them; null: what becomes of its batches is not read here.</summary>
    public static BatchFormat? Of(Protocol protocol) => protocol switch
    {
        Protocol.Anthropic => s_anthropic,
        Protocol.OpenAI => s_openAI,
        _ => null,
    };

    /// <summary>The vendor's own bound on the requests of one batch.</summary>
    public abstract int MaxRequests { get; }

    /// <summary>The longest line of results in bytes: beyond this the peer is at fault.</summary>
    public abstract int MaxLineBytes { get; }

    /// <summary>What a POST to a path does with a batch.</summary>
    /// <param name="path">Below the provider's endpoint, without its version and without a query.</param>
    public abstract NativeBatch ActOf(string path);

    /// <summary>Whether the answer of a path is about one batch and holds an address that callers must not be led to.</summary>
    /// <param name="path">As of <see cref="ActOf"/>.</param>
    public virtual bool HoldsAddress(string path) => false;

    /// <summary>What leads callers here in place of an address of the vendor's; null: none is in the answer.</summary>
    /// <param name="body">The whole answer.</param>
    /// <param name="batch">What it says.</param>
    public virtual BodyEdit? OwnAddress(ReadOnlySpan<byte> body, BatchObject batch) => null;

    /// <summary>Where one batch is looked at, as the protocol's own platform has it.</summary>
    public abstract string PathOf(string batch);

    /// <summary>Reads what a batch says of itself.</summary>
    /// <param name="body">The whole object.</param>
    /// <param name="batch">What it says.</param>
    /// <returns>False: it is no batch.</returns>
    public abstract bool TryRead(ReadOnlySpan<byte> body, out BatchObject batch);

    /// <summary>Where a line of results holds the answer, as one that was asked alone would get it.</summary>
    internal abstract string AnswerPath { get; }

    /// <summary>Where a line of results says what became of its request.</summary>
    internal abstract string[] OutcomePaths { get; }

    /// <summary>What became of it; null: the value does not say.</summary>
    /// <param name="path">Index into <see cref="OutcomePaths"/>.</param>
    /// <param name="value">The raw JSON value.</param>
    internal abstract BatchOutcome? OutcomeOf(int path, ReadOnlySpan<byte> value);

    /// <summary>Whether a path is one thing of a list: <c>/batches/x</c> of <c>/batches/</c>.</summary>
    protected static bool IsOne(string path, string list) =>
        path.StartsWith(list, StringComparison.Ordinal) && path.Length > list.Length && path.IndexOf('/', list.Length) < 0;

    /// <summary>Whether a path cancels one thing of a list.</summary>
    protected static bool IsCancel(string path, string list) =>
        path.EndsWith("/cancel", StringComparison.Ordinal) && IsOne(path[..^"/cancel".Length], list);
}
