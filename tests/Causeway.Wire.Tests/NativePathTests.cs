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
        Assert.Null(NativePath.OperationOf(protocol, "/v2" + path));
    }

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
