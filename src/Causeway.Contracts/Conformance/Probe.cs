using System.Text;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Conformance;

/// <summary>A small request that tells whether a dialect enforces, ignores or rejects one feature.</summary>
/// <param name="Id">Stable: <c>max_length</c>, <c>one_of_overlap</c>, …</param>
/// <param name="Feature">What it is about, as <see cref="Compilation.Loss.Feature"/> names it: a keyword, mostly.</param>
/// <param name="Title">In a few words, for the matrix.</param>
/// <param name="Schema">Sent as it is, without compilation, unless the shape says otherwise.</param>
/// <param name="Prompt">Asks for <see cref="Wish"/> in plain words.</param>
/// <param name="Shape">How it is asked.</param>
public sealed record Probe(string Id, string Feature, string Title, JsonSchema Schema, string Prompt, ProbeShape Shape = ProbeShape.Plain)
{
    /// <summary>Tokens that an answer may have: the documents are short, but a model that reasons first pays for its thoughts from the same cap.</summary>
    public const int MaxOutputTokens = 1024;

    /// <summary>Tokens of <see cref="ProbeShape.Truncated"/>.</summary>
    public const int TruncatedOutputTokens = 5;

    /// <summary>The document that the prompt asks for, JSON. Most of them break the schema in the probe's one feature.</summary>
    public required string Wish { get; init; }

    /// <summary>How an answer is judged.</summary>
    public ProbeRule Rule { get; init; }

    /// <summary>Only sent when it is named: an unsafe request may be held against the account that sends it.</summary>
    public bool IsOptIn { get; init; }

    /// <summary>What it shows wavers with the network, so that a change of it is no drift.</summary>
    public bool IsInformational => Rule == ProbeRule.CacheLatency;

    /// <summary>Calls that it takes.</summary>
    public int Calls => Shape == ProbeShape.Twice ? 2 : 1;

    /// <summary>The cap on one answer, in tokens.</summary>
    public int OutputCap => Shape == ProbeShape.Truncated ? TruncatedOutputTokens : MaxOutputTokens;

    /// <summary>What one call sends at most, in tokens: schema and prompt at three bytes a token, and 600 for what a provider puts around them.</summary>
    public int InputCeiling => 600 + ((Schema.Text.Length + Encoding.UTF8.GetByteCount(Prompt) + 2) / 3);
}

/// <summary>How a probe is asked.</summary>
public enum ProbeShape
{
    /// <summary>One plain call.</summary>
    Plain,

    /// <summary>Streamed.</summary>
    Streamed,

    /// <summary>With a tool offered beside the schema.</summary>
    WithTool,

    /// <summary>With a cap of five tokens.</summary>
    Truncated,

    /// <summary>Twice: the second shows whether the schema was cached.</summary>
    Twice,

    /// <summary>As the compiler carries it for the dialect and the model: by a tool, JSON mode or the prompt where there is no format.</summary>
    Carried,
}

/// <summary>How the answer to a probe is judged.</summary>
public enum ProbeRule
{
    /// <summary>Enforced: it follows the schema although another document was asked for.</summary>
    Schema,

    /// <summary>Enforced: a member that may be left out is left out, or filled as the schema says, and never null in its place.</summary>
    Absence,

    /// <summary>Enforced: members come in the schema's order.</summary>
    Order,

    /// <summary>Enforced: the document that was asked for came through unharmed.</summary>
    Exact,

    /// <summary>Enforced: an answer that was cut says so.</summary>
    Truncation,

    /// <summary>Enforced: a refusal is told apart from an answer.</summary>
    Refusal,

    /// <summary>Enforced: the second call was faster, or read from a cache.</summary>
    CacheLatency,
}

/// <summary>What a dialect did with a probe.</summary>
public enum ProbeVerdict
{
    /// <summary>Taken, and the answer follows the schema although another was asked for.</summary>
    Enforced,

    /// <summary>Taken, and the answer breaks the schema.</summary>
    Ignored,

    /// <summary>The call was refused because of the schema.</summary>
    Rejected,

    /// <summary>Nothing can be told: another error, a refusal, a blank answer.</summary>
    Inconclusive,
}
