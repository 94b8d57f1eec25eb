using Causeway.Wire.Batches;

namespace Causeway.Wire.Tests;

public sealed class NativePathTests
{
    // An endpoint may hold the version, and then the path below it does not.
    [Theory]
    [InlineData(Protocol.Anthropic, "/messages", Operation.Messages)]
    [InlineData(Protocol.Anthropic, "/messages/count_tokens", Operation.MessagesCountTokens)]
    [InlineData(Protocol.OpenAI, "/chat/completions", Operation.ChatCompletions)]
    [InlineData(Protocol.OpenAI, "/embeddings", Operation.Embeddings)]
    public void What_is_called_is_known_with_its_version_and_without(Protocol protocol, string path, Operation operation)
    {
        Assert.Equal(operation, NativePath.OperationOf(protocol, path));
        Assert.Equal(operation, NativePath.OperationOf(protocol, "/v1" + path));
        Assert.Equal(operation, NativePath.OperationOf(protocol, $"/v%31{path}/")); // Servers read both as the same.
        Assert.Equal(operation, NativePath.OperationOf(protocol, "/v2" + path));
        Assert.Equal(operation, NativePath.OperationOf(protocol, "/V1" + path.ToUpperInvariant()));
    }

    // Several vendors have OpenAI's API, or Anthropic's, beside their own.
    [Theory]
    [InlineData(Protocol.OpenAI, "/openai/v1/chat/completions", Operation.ChatCompletions)]
    [InlineData(Protocol.OpenAI, "/openai/deployments/d/chat/completions", Operation.ChatCompletions)]
    [InlineData(Protocol.OpenAI, "/openai/v1/responses", Operation.Responses)]
    [InlineData(Protocol.OpenAI, "/anthropic/v1/messages", Operation.Messages)]
    [InlineData(Protocol.OpenAI, "/v1/completions", Operation.Native)]
    [InlineData(Protocol.OpenAI, "/v1/threads/t/messages", null)]
    [InlineData(Protocol.OpenAI, "/v1/responses/r/cancel", null)]
    [InlineData(Protocol.Gemini, "/v1beta/openai/chat/completions", Operation.ChatCompletions)]
    [InlineData(Protocol.Gemini, "/v1beta/mod%65ls/gemini-2.5-pro%3AgenerateContent/", Operation.GenerateContent)]
    [InlineData(Protocol.Gemini, "/v1beta/models/m:streamGenerateContent", Operation.StreamGenerateContent)]
    [InlineData(Protocol.Bedrock, "/mod%65l/amazon.nova-pro-v1%3A0/c%6Fnverse", Operation.Converse)]
    [InlineData(Protocol.Bedrock, "/model%2Fm/converse-stream/", Operation.ConverseStream)]
    [InlineData(Protocol.Bedrock, "/model/m/invoke", null)]
    [InlineData(Protocol.Anthropic, "/v1/projects/p/locations/l/publishers/anthropic/models/claude-sonnet-4-5:streamRawPredict", Operation.Messages)]
    public void No_spelling_of_a_path_of_inference_is_another_path(Protocol protocol, string path, Operation? operation) =>
        Assert.Equal(operation, NativePath.OperationOf(protocol, path));

    [Theory]
    [InlineData(Protocol.Gemini, "/v1beta/models/gemini-2.5-pro:generateContent", "gemini-2.5-pro")]
    [InlineData(Protocol.Gemini, "/v1beta/mod%65ls/gemini-2.5-pro%3AgenerateContent", "gemini-2.5-pro")]
    [InlineData(Protocol.Gemini, "/v1beta/tunedModels/mine:generateContent", "mine")]
    [InlineData(Protocol.Gemini, "/v1beta/files", null)]
    [InlineData(Protocol.Bedrock, "/model/amazon.nova-pro-v1%3A0/converse", "amazon.nova-pro-v1:0")]
    [InlineData(Protocol.Bedrock, "/mod%65l/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fx/converse-stream", "arn:aws:bedrock:us-east-1:1:inference-profile/x")]
    [InlineData(Protocol.OpenAI, "/openai/deployments/gpt-4o/chat/completions", "gpt-4o")]
    [InlineData(Protocol.OpenAI, "/v1/chat/completions", null)]
    [InlineData(Protocol.Anthropic, "/v1/projects/p/locations/l/publishers/anthropic/models/claude-sonnet-4-5:rawPredict", "claude-sonnet-4-5")]
    public void The_model_of_a_path_is_the_one_that_the_server_reads(Protocol protocol, string path, string? model) =>
        Assert.Equal(model, NativePath.ModelOf(protocol, path));

    [Theory]
    [InlineData("/v1/chat/completions", true)]
    [InlineData("/v1/moderations", true)]
    [InlineData("/v1/images/edits/", true)]
    [InlineData("/v1/files", false)]
    [InlineData("/v1/vector_stores", false)]
    [InlineData("/v1/responses/r/cancel", false)]
    [InlineData("/v1/batches", false)]
    public void A_body_names_a_model_where_the_vendor_reads_one(string path, bool reads) => Assert.Equal(reads, NativePath.ReadsModel(path));

    [Theory]
    [InlineData(Protocol.Anthropic, "/messages/batches", NativeBatch.Inline)]
    [InlineData(Protocol.Anthropic, "/messages/batches/msgbatch_1/cancel", NativeBatch.Cancel)]
    [InlineData(Protocol.Anthropic, "/messages/batches/a/b/cancel", NativeBatch.None)]
    [InlineData(Protocol.Anthropic, "/messages/batches//cancel", NativeBatch.None)]
    [InlineData(Protocol.Anthropic, "/batches", NativeBatch.None)]
    [InlineData(Protocol.OpenAI, "/batches", NativeBatch.InFile)]
    [InlineData(Protocol.OpenAI, "/batches/batch_1/cancel", NativeBatch.Cancel)]
    [InlineData(Protocol.OpenAI, "/batches/batch_1", NativeBatch.None)]
    [InlineData(Protocol.OpenAI, "/messages/batches", NativeBatch.None)]
    public void What_is_done_with_a_batch_is_known_with_its_version_and_without(Protocol protocol, string path, NativeBatch act)
    {
        Assert.Equal(act, NativePath.BatchOf(protocol, path));
        Assert.Equal(act, NativePath.BatchOf(protocol, "/v1" + path));
        Assert.Equal(act, NativePath.BatchOf(protocol, $"/v1{path.Replace("batches", "b%61tches", StringComparison.Ordinal)}/"));
    }

    [Theory]
    [InlineData(Protocol.OpenAI, "/openai/v1/batches", NativeBatch.InFile)]
    [InlineData(Protocol.OpenAI, "/openai/batches", NativeBatch.InFile)]
    [InlineData(Protocol.OpenAI, "/openai/v1/batches/batch_1/cancel", NativeBatch.Cancel)]
    [InlineData(Protocol.Gemini, "/v1beta/models/m:batchGenerateContent", NativeBatch.Unread)]
    [InlineData(Protocol.Gemini, "/v1beta/batches/b:cancel", NativeBatch.Cancel)]
    [InlineData(Protocol.Bedrock, "/batches", NativeBatch.None)]
    public void Azure_has_a_prefix_and_batches_of_other_protocols_are_not_read(Protocol protocol, string path, NativeBatch act) =>
        Assert.Equal(act, NativePath.BatchOf(protocol, path));
}
