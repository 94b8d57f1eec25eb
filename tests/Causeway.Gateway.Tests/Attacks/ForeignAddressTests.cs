using System.Text.Json;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Attacks;

/// <summary>S-09: addresses in a request are the provider's to read or to refuse. The gateway never calls one, whatever it looks like and whether or not the request is translated.</summary>
public sealed class ForeignAddressTests
{
    private static readonly string[] s_shapes =
    [
        "http://127.0.0.1:PORT/x.png", "http://localhost:PORT/x.png", "http://2130706433:PORT/x.png", "http://0x7f.1:PORT/x.png", "http://0177.0.0.1:PORT/x.png",
        "http://[::ffff:127.0.0.1]:PORT/x.png", "http://0.0.0.0:PORT/x.png", "http://user@127.0.0.1:PORT/x.png", "//127.0.0.1:PORT/x.png", "file:///etc/passwd", "http://169.254.169.254/latest/meta-data/",
    ];

    public static TheoryData<string> Shapes => [.. s_shapes];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Nobody_is_called_but_the_provider(string shape)
    {
        int hits = 0;
        await using RawUpstream canary = RawUpstream.Start(connection =>
        {
            Interlocked.Increment(ref hits);
            return connection.AnswerAsync("{}");
        });
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string url = shape.Replace("PORT", $"{canary.Address.Port}", StringComparison.Ordinal);
        string quoted = JsonSerializer.Serialize(url);
        Saying[] sayings =
        [
            new(Saying.ChatPath, $$$"""{"model":"gpt-5.4-mini","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":{{{quoted}}}}}]}]}"""),
            new(Saying.ChatPath, $$$"""{"model":"claude-sonnet-4-6","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":{{{quoted}}}}}]}]}"""),
            new(Saying.ChatPath, $$$"""{"model":"gemini-2.5-flash","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":{{{quoted}}}}}]}]}"""),
            new(Saying.MessagesPath, $$$"""{"model":"claude-sonnet-4-6","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":{{{quoted}}}}}]}]}"""),
            new(Saying.ResponsesPath, $$$"""{"model":"gpt-5.4-mini","input":"x","tools":[{"type":"mcp","server_label":"a","server_url":{{{quoted}}}}]}"""),
            new(Saying.Generate.Path, $$$"""{"contents":[{"role":"user","parts":[{"fileData":{"fileUri":{{{quoted}}}}}]}]}"""),
        ];

        foreach (Saying saying in sayings)
        {
            Answer answer = await house.AskAsync(saying);
            Assert.True(answer.Status is 200 or (>= 400 and < 500), answer.Text);
        }

        Assert.Equal(0, hits);
        Assert.NotEmpty(await house.Simulator.RequestsAsync()); // Some of it went to the provider as it is.
    }
}
