using System.Text.Json.Serialization;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Providers;

[JsonConverter(typeof(SnakeCaseEnum<Protocol>))]
internal enum Protocol
{
    Openai,
    Anthropic,
    Gemini,
    Bedrock,
}

[JsonConverter(typeof(SnakeCaseEnum<Operation>))]
internal enum Operation
{
    ChatCompletions,
    Responses,
    Embeddings,
    Messages,
    GenerateContent,
    Converse,
    CountTokens,
    EmbedContent,
    BatchEmbedContents,
    Images,
    Speech,
    Transcriptions,
    Translations,
    Moderations,

    /// <summary>A response that is kept at the vendor, read or deleted.</summary>
    StoredResponses,

    Files,
    Batches,

    /// <summary>A look at how far a batch is.</summary>
    BatchStatus,

    /// <summary>What became of a batch's requests.</summary>
    BatchResults,

    /// <summary>An OAuth token against a signed assertion.</summary>
    Token,

    Models,
}

internal static class Operations
{
    /// <summary>Whether the request reaches a model, so that the bill has a line for it.</summary>
    public static bool ReachesModel(this Operation operation) =>
        operation is not (Operation.StoredResponses or Operation.Files or Operation.Batches or Operation.BatchStatus or Operation.BatchResults or Operation.Token or Operation.Models);
}
