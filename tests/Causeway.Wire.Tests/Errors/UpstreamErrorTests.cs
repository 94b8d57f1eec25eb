using System.Text;
using Causeway.Wire.Errors;
using CsCheck;

namespace Causeway.Wire.Tests.Errors;

public sealed class UpstreamErrorTests
{
    [Theory]
    [InlineData("""{"error":{"message":"m","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}""", "insufficient_quota", "insufficient_quota", "m", true)]
    [InlineData("""{"error":{"message":"m","type":"requests","param":null,"code":"rate_limit_exceeded"}}""", "requests", "rate_limit_exceeded", "m", false)]
    [InlineData("""{"error":{"message":"m","code":429}}""", null, "429", "m", false)]
    [InlineData("""{"object":"error","message":"m","type":"invalid_request_error","code":3051}""", "invalid_request_error", "3051", "m", false)]
    [InlineData("""{"error":"model not found"}""", null, null, "model not found", false)]
    [InlineData("""{"detail":"m"}""", null, null, "m", false)]
    [InlineData("""{"detail":[{"loc":["body","x",0],"msg":"extra"}]}""", null, null, "body.x.0: extra", false)]
    [InlineData("""{"detail":[{"type":"missing","msg":"extra"}]}""", null, "missing", "extra", false)]
    [InlineData("""{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","x"],"msg":"extra"}]},"type":"t","code":null}""", "t", "extra_forbidden", "body.x: extra", false)]
    [InlineData("""{"detail":[]}""", null, null, null, false)]
    [InlineData("""{"detail":["x",1]}""", null, null, null, false)]
    [InlineData("""{"error":{"message":"about insufficient_quota in text","type":"server_error"}}""", "server_error", null, "about insufficient_quota in text", false)]
    [InlineData("""{"error":null}""", null, null, null, false)]
    [InlineData("""{"error":{"message":{"a":1},"type":[],"code":{}}}""", null, null, null, false)]
    [InlineData("<html>413</html>", null, null, null, false)]
    [InlineData("", null, null, null, false)]
    [InlineData("[]", null, null, null, false)]
    [InlineData("null", null, null, null, false)]
    [InlineData("""{"error":{"message":"cut""", null, null, null, false)]
    public void Compatible_servers_vary(string body, string? type, string? code, string? message, bool spent) =>
        Assert.Equal(new UpstreamError(type, code, message, spent, null), UpstreamError.Scan(Protocol.OpenAI, Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"billing_error","message":"m"},"request_id":"r"}""", "billing_error", true)]
    [InlineData("""{"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"reason":"enforced_spend_limit_reached"}}}""", "rate_limit_error", true)]
    [InlineData("""{"type":"error","error":{"type":"rate_limit_error","message":"m"}}""", "rate_limit_error", false)]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"m"}}""", "overloaded_error", false)]
    public void Anthropic_says_when_the_money_is_gone(string body, string type, bool spent) =>
        Assert.Equal(new UpstreamError(type, null, "m", spent, null), UpstreamError.Scan(Protocol.Anthropic, Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("17s", 17_000)]
    [InlineData("0.25s", 250)]
    [InlineData("0s", 0)]
    [InlineData("-1s", null)]
    [InlineData("1e9s", null)]
    [InlineData("999999999s", null)]
    [InlineData("17", null)]
    [InlineData("s", null)]
    [InlineData("NaNs", null)]
    public void Gemini_tells_the_delay_in_the_body(string delay, int? milliseconds)
    {
        string body = $$$"""[{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"{{{delay}}}"}]}}]""";

        UpstreamError error = UpstreamError.Scan(Protocol.Gemini, Encoding.UTF8.GetBytes(body));

        Assert.Equal(new UpstreamError("RESOURCE_EXHAUSTED", "429", "m", false, error.RetryDelay), error);
        Assert.Equal(milliseconds, (int?)error.RetryDelay?.TotalMilliseconds);
    }

    [Fact]
    public void No_body_makes_it_throw() =>
        Gen.OneOf(Gen.Byte.Array, Usage.ResponseMeterFuzzTests.JsonLike).Sample(
            body =>
            {
                foreach (Protocol protocol in Enum.GetValues<Protocol>())
                {
                    UpstreamError.Scan(protocol, body);
                    Wire.Models.ModelList.Parse(protocol, body);
                }
            },
            threads: 1);
}
