using System.Text;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Attacks;

/// <summary>Requests that two parsers could read as two different ones: each is answered by one 400, and nothing of it goes upstream.</summary>
public sealed class SmugglingTests(House house) : IClassFixture<House>
{
    private const string Chat = "/v1/chat/completions";
    private const string Body = """{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"smuggled"}]}""";
    private const string Second = "GET /v1/models HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\n\r\n";

    public static TheoryData<string, string> Requests => new()
    {
        { "a header line that ends in a bare LF", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\nX-Second: b\r\nContent-Length: {Body.Length}\r\n\r\n{Body}" },
        { "a length and chunks", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Second}" },
        { "two lengths that differ", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\nContent-Length: {Body.Length}\r\nContent-Length: 0\r\n\r\n{Body}{Second}" },
        { "two lengths that agree", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\nContent-Length: {Body.Length}\r\nContent-Length: {Body.Length}\r\n\r\n{Body}" },
        { "a coding that is almost chunked", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{Second}" },
        { "a space before the colon", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nAuthorization : Bearer KEY\r\nContent-Length: {Body.Length}\r\n\r\n{Body}" },
        { "a folded header", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nAuthorization:\r\n Bearer KEY\r\nContent-Length: {Body.Length}\r\n\r\n{Body}" },
        { "two hosts", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nHost: b\r\nAuthorization: Bearer KEY\r\nContent-Length: {Body.Length}\r\n\r\n{Body}" },
        { "a line feed in a chunk's extension", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\nTransfer-Encoding: chunked\r\n\r\n2;a\n{{}}\r\n0\r\n\r\n" },
        { "an underscore in a header's name", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\nX_Api_Key: other\r\nContent-Length: {Body.Length}\r\n\r\n{Body}" },
        { "two Authorization lines", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\nAuthorization: Bearer KEY\r\nContent-Length: {Body.Length}\r\n\r\n{Body}" },
        { "two credentials in one line", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY, Bearer other\r\nContent-Length: {Body.Length}\r\n\r\n{Body}" },
        { "two credentials that differ", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\nx-api-key: other\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n{Body}" },
        { "a key in the URL", $"POST {Chat}?key=KEY HTTP/1.1\r\nHost: a\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n{Body}" },
        { "a key in the URL beside a good one", $"POST /v1beta/models/gemini-2.5-flash:generateContent?key=KEY HTTP/1.1\r\nHost: a\r\nx-goog-api-key: KEY\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n{Body}" },
        { "a compressed body", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" },
        { "one JSON field twice", $"POST {Chat} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\nContent-Length: 46\r\nConnection: close\r\n\r\n{{\"model\":\"gpt-5.4-mini\",\"model\":\"gpt-5.4-nano\"}}" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task It_is_refused_once_and_nothing_goes_upstream(string what, string request)
    {
        await house.Providers.ClearAsync();
        string key = await house.Gateway.NewKeyAsync();

        RawAnswer answer = await RawHttp.SendAsync(house.Gateway.Address, Encoding.ASCII.GetBytes(request.Replace("KEY", key, StringComparison.Ordinal)));

        Assert.True(answer.Status is 400 or 415, $"{what}: {answer.Head}\n{answer.Text}");
        Assert.DoesNotContain("HTTP/1.1", answer.Text, StringComparison.Ordinal); // One request, one answer.
        Assert.DoesNotContain(key, answer.Head + answer.Text, StringComparison.Ordinal);
        Assert.Empty(await house.Providers.RequestsAsync());
    }
}
