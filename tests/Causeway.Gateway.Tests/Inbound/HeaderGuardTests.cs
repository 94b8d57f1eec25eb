using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Inbound;

public sealed class HeaderGuardTests
{
    [Theory]
    [InlineData("x_api_key: KEY\r\n")]
    [InlineData("content_length: 5\r\n")]
    [InlineData("x-api-key: KEY\r\nx-api-key: KEY\r\n")]
    [InlineData("x-api-key: KEY, KEY\r\n")]
    [InlineData("authorization: Bearer KEY\r\nAuthorization: Bearer KEY\r\n")]
    [InlineData("x-goog-api-key: KEY\r\nx-goog-api-key: other\r\n")]
    [InlineData("x-api-key: KEY\r\nx-content-length: 2\r\n")]
    [InlineData("x-api-key: KEY\r\ntransfer-encoding: chunked\r\n")]
    public async Task What_two_parsers_could_read_differently_is_refused(string headers)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);

        await caller.SendAsync($"POST {Saying.ChatPath} HTTP/1.1\r\nhost: gateway\r\n{headers.Replace("KEY", house.Secret, StringComparison.Ordinal)}content-length: 2\r\n\r\n{{}}");
        (string text, _) = await caller.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 400", text, StringComparison.Ordinal);
        Assert.Contains("x-causeway-error: request_malformed", text, StringComparison.Ordinal);
        Assert.Contains("Connection: close", text, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await house.RecordsAsync());
    }

    [Fact]
    public async Task A_query_without_measure_is_refused()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer refused = await house.AskAsync(Saying.Chat with { Path = Saying.ChatPath + "?x=" + new string('x', 2048) });
        Answer taken = await house.AskAsync(Saying.Chat with { Path = Saying.ChatPath + "?x=" + new string('x', 2000) });

        Assert.Equal((400, "request_malformed", 200), (refused.Status, refused.Error, taken.Status));
    }

    [Fact]
    public async Task The_refusal_is_in_the_shape_of_whoever_asks()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        foreach (Saying saying in Saying.Plain.Values)
        {
            using HttpRequestMessage message = saying.ToMessage(house.Secret);
            message.Headers.TryAddWithoutValidation("x_twin", "1");
            Answer answer = await house.SendAsync(message);

            Assert.Equal(saying.Protocol == Wire.Protocol.Gemini, answer.Text.Contains("INVALID_ARGUMENT", StringComparison.Ordinal));
            Assert.Equal(saying.Protocol == Wire.Protocol.Anthropic, answer.Text.Contains("\"type\":\"error\"", StringComparison.Ordinal));
        }
    }
}
