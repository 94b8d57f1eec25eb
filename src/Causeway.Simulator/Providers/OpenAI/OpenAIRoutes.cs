namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>Paths of OpenAI's API, from <c>/v1</c> on.</summary>
internal static class OpenAIRoutes
{
    private static readonly string[] s_getOrPost = ["GET", "POST"];
    private static readonly string[] s_getOrDelete = ["GET", "DELETE"];
    private static readonly string[] s_get = ["GET"];

    public static Route Of(Vendor vendor, string path)
    {
        Route To(Operation? operation) => new(vendor, Protocol.Openai, operation);

        return path.Split('/') switch
        {
            ["", "v1", "chat", "completions"] => To(Operation.ChatCompletions) with { Sse = true },
            ["", "v1", "responses"] => To(Operation.Responses) with { Sse = true },
            ["", "v1", "responses", "input_tokens"] => To(Operation.CountTokens),
            ["", "v1", "responses", { Length: > 0 } id] => To(Operation.StoredResponses) with { Model = id, Methods = s_getOrDelete },
            ["", "v1", "embeddings"] => To(Operation.Embeddings),
            ["", "v1", "images", "generations"] => To(Operation.Images),
            ["", "v1", "images", "edits"] => To(Operation.Images) with { TakesForm = true },
            ["", "v1", "audio", "speech"] => To(Operation.Speech),
            ["", "v1", "audio", "transcriptions"] => To(Operation.Transcriptions) with { TakesForm = true },
            ["", "v1", "audio", "translations"] => To(Operation.Translations) with { TakesForm = true },
            ["", "v1", "moderations"] => To(Operation.Moderations),
            ["", "v1", "files"] => To(Operation.Files) with { TakesForm = true, Methods = s_getOrPost },
            ["", "v1", "files", { Length: > 0 } id] => To(Operation.Files) with { Model = id, Methods = s_getOrDelete },
            ["", "v1", "files", { Length: > 0 } id, "content"] => To(Operation.Files) with { Model = id, Verb = "content", Methods = s_get },
            ["", "v1", "batches"] => To(Operation.Batches) with { Methods = s_getOrPost },
            ["", "v1", "batches", { Length: > 0 } id] => To(Operation.BatchStatus) with { Model = id, Methods = s_get },
            ["", "v1", "batches", { Length: > 0 } id, "cancel"] => To(Operation.Batches) with { Model = id, Verb = "cancel", TakesForm = true },
            _ => Route.Models(vendor, Protocol.Openai, path, "/v1/models"),
        };
    }
}
