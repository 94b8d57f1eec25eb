namespace Causeway.Wire.Tests;

public sealed class ProtocolHeadersTests
{
    [Theory]
    [InlineData("authorization")]
    [InlineData("Authorization")]
    [InlineData("x-api-key")]
    [InlineData("api-key")]
    [InlineData("x-goog-api-key")]
    [InlineData("x-goog-user-project")]
    [InlineData("X-Goog-FieldMask")]
    [InlineData("cookie")]
    [InlineData("host")]
    [InlineData("connection")]
    [InlineData("transfer-encoding")]
    [InlineData("te")]
    [InlineData("upgrade")]
    [InlineData("proxy-authorization")]
    [InlineData("content-length")]
    [InlineData("content-encoding")]
    [InlineData("accept-encoding")]
    [InlineData("openai-organization")]
    [InlineData("OpenAI-Project")]
    [InlineData("anthropic-workspace-id")]
    [InlineData("anthropic-organization-id")]
    [InlineData("x-causeway-feature")]
    [InlineData("x-forwarded-for")]
    [InlineData("forwarded")]
    [InlineData("via")]
    [InlineData("x-real-ip")]
    [InlineData("user-agent")]
    [InlineData("accept")]
    [InlineData("Idempotency-Key")]
    public void What_authorises_bills_or_hides_is_never_forwarded(string name) =>
        Assert.All(Enum.GetValues<Protocol>(), protocol => Assert.False(ProtocolHeaders.ForwardsRequest(protocol, name)));

    [Theory]
    [InlineData(Protocol.OpenAI, "OpenAI-Beta")]
    [InlineData(Protocol.OpenAI, "x-client-request-id")]
    [InlineData(Protocol.Anthropic, "anthropic-version")]
    [InlineData(Protocol.Anthropic, "Anthropic-Beta")]
    [InlineData(Protocol.Gemini, "content-type")]
    public void What_the_protocol_means_is_forwarded(Protocol protocol, string name) => Assert.True(ProtocolHeaders.ForwardsRequest(protocol, name));

    [Fact]
    public void A_protocol_forwards_only_its_own()
    {
        Assert.False(ProtocolHeaders.ForwardsRequest(Protocol.OpenAI, "anthropic-beta"));
        Assert.False(ProtocolHeaders.ForwardsRequest(Protocol.Anthropic, "openai-beta"));
    }

    [Theory]
    [InlineData(Protocol.OpenAI, "x-ratelimit-remaining-tokens", true)]
    [InlineData(Protocol.OpenAI, "X-RateLimit-Limit-Requests", true)]
    [InlineData(Protocol.OpenAI, "openai-processing-ms", true)]
    [InlineData(Protocol.OpenAI, "openai-version", true)]
    [InlineData(Protocol.OpenAI, "x-request-id", true)]
    [InlineData(Protocol.OpenAI, "x-ms-region", true)]
    [InlineData(Protocol.OpenAI, "apim-request-id", true)]
    [InlineData(Protocol.OpenAI, "openai-organization", false)]
    [InlineData(Protocol.Anthropic, "anthropic-ratelimit-input-tokens-remaining", true)]
    [InlineData(Protocol.Anthropic, "anthropic-priority-input-tokens-limit", true)]
    [InlineData(Protocol.Anthropic, "anthropic-fast-input-tokens-limit", true)]
    [InlineData(Protocol.Anthropic, "request-id", true)]
    [InlineData(Protocol.Anthropic, "retry-after", true)]
    [InlineData(Protocol.Anthropic, "x-should-retry", true)]
    [InlineData(Protocol.Anthropic, "anthropic-organization-id", false)]
    [InlineData(Protocol.Anthropic, "anthropic-workspace-id", false)]
    [InlineData(Protocol.Gemini, "content-type", true)]
    [InlineData(Protocol.Gemini, "retry-after-ms", true)]
    [InlineData(Protocol.Gemini, "set-cookie", false)]
    [InlineData(Protocol.Gemini, "server", false)]
    [InlineData(Protocol.Bedrock, "x-amzn-requestid", true)]
    [InlineData(Protocol.Bedrock, "x-amzn-bedrock-invocation-latency", true)]
    [InlineData(Protocol.Bedrock, "x-amz-id-2", false)]
    [InlineData(Protocol.OpenAI, "set-cookie", false)]
    [InlineData(Protocol.OpenAI, "transfer-encoding", false)]
    [InlineData(Protocol.OpenAI, "content-length", false)]
    [InlineData(Protocol.OpenAI, "alt-svc", false)]
    [InlineData(Protocol.OpenAI, "strict-transport-security", false)]
    [InlineData(Protocol.OpenAI, "cf-ray", false)]
    public void What_comes_back_is_named(Protocol protocol, string name, bool returned) =>
        Assert.Equal(returned, ProtocolHeaders.ReturnsResponse(protocol, name));

    [Fact]
    public void Each_protocol_has_its_key_header()
    {
        Assert.Equal(("authorization", "Bearer s"), (ProtocolHeaders.KeyHeader(Protocol.OpenAI), ProtocolHeaders.KeyValue(Protocol.OpenAI, "s")));
        Assert.Equal(("x-api-key", "s"), (ProtocolHeaders.KeyHeader(Protocol.Anthropic), ProtocolHeaders.KeyValue(Protocol.Anthropic, "s")));
        Assert.Equal(("x-goog-api-key", "s"), (ProtocolHeaders.KeyHeader(Protocol.Gemini), ProtocolHeaders.KeyValue(Protocol.Gemini, "s")));
        Assert.Equal([("anthropic-version", "2023-06-01")], ProtocolHeaders.RequiredDefaults(Protocol.Anthropic));
        Assert.Empty(ProtocolHeaders.RequiredDefaults(Protocol.OpenAI));
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        ProtocolHeaders.ReturnsResponse(Protocol.OpenAI, "x-ratelimit-limit-tokens");
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 100; i++)
        {
            ProtocolHeaders.ReturnsResponse(Protocol.OpenAI, "X-RateLimit-Limit-Tokens");
            ProtocolHeaders.ForwardsRequest(Protocol.Anthropic, "Anthropic-Beta");
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
