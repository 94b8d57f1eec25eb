using System.Text;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Attacks;

/// <summary>S-02 and S-04: other ways to spell an admin path, or to say whose it is. None of them gets what the path itself would not give to whoever has no right.</summary>
public sealed class PathTests(House house) : IClassFixture<House>
{
    public static TheoryData<string> Targets =>
    [
        "/api/v1/keys", "//api/v1/keys", "/api//v1/keys", "/api/v1//keys", "/api/v1/keys/", "/api/v1/keys//", "/api/v1/keys.", "/api/v1/keys;a=b", "/api;a/v1/keys", "/API/V1/KEYS", "/Api/v1/Keys",
        "/./api/v1/keys", "/api/./v1/keys", "/v1/../api/v1/keys", "/v1/models/../../api/v1/keys", "/v1/..;/api/v1/keys", "/v1/%2e%2e/api/v1/keys", "/v1/.%2e/api/v1/keys", "/v1/%252e%252e/api/v1/keys",
        "/%61pi/v1/keys", "/api/v1/%6beys", "/api%2fv1%2fkeys", "/api/v1%2fkeys", "/api%5cv1%5ckeys", "/api\\v1\\keys", "/api/v1/keys%00", "/api/v1/keys%20", "/api/v1/keys%0a", "/api/v1/keys#x", "/api/v1/keys?key=x",
        "/passthrough/../api/v1/keys", "/passthrough/openai/../../api/v1/keys", "/passthrough/openai/%2e%2e/%2e%2e/api/v1/keys", "/healthz/../api/v1/keys", "/console/../api/v1/keys", "/v1/models/..%2f..%2fapi%2fv1%2fkeys",
        "http://other.example/api/v1/keys", "http://127.0.0.1/api/v1/keys", "https://causeway/api/v1/keys", "*", "/api/v1/keys/../keys", "/openapi/../api/v1/keys", "/metrics/../api/v1/keys",
    ];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Without_a_right_nothing_is_told_however_the_path_is_spelled(string target)
    {
        string key = await house.Gateway.NewKeyAsync();
        string[] rights = ["", $"Authorization: Bearer {key}\r\n", "Authorization: Bearer\r\n", "X-Original-URL: /api/v1/keys\r\nX-Rewrite-URL: /api/v1/keys\r\nX-Forwarded-Prefix: /api\r\n", "X-HTTP-Method-Override: GET\r\n"];
        foreach (string right in rights)
        {
            RawAnswer answer = await RawHttp.SendAsync(house.Gateway.Address, Encoding.Latin1.GetBytes($"GET {target} HTTP/1.1\r\nHost: {house.Gateway.Address.Authority}\r\n{right}Connection: close\r\n\r\n"));

            Assert.True(answer.Status is 400 or 401 or 403 or 404 or 405, $"{target} {right}: {answer.Head}\n{answer.Text}");
            Assert.DoesNotContain("\"keys\":", answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("X-Original-URL: /api/v1/keys")]
    [InlineData("X-Rewrite-URL: /api/v1/keys")]
    [InlineData("X-Forwarded-Host: internal\r\nX-Forwarded-For: 127.0.0.1")]
    [InlineData("Forwarded: for=127.0.0.1;host=internal")]
    public async Task A_header_that_names_another_place_leads_nowhere(string header)
    {
        RawAnswer plain = await RawHttp.SendAsync(house.Gateway.Address, Encoding.ASCII.GetBytes($"GET /healthz HTTP/1.1\r\nHost: {house.Gateway.Address.Authority}\r\nConnection: close\r\n\r\n"));
        RawAnswer answer = await RawHttp.SendAsync(house.Gateway.Address, Encoding.ASCII.GetBytes($"GET /healthz HTTP/1.1\r\nHost: {house.Gateway.Address.Authority}\r\n{header}\r\nConnection: close\r\n\r\n"));

        Assert.Equal((200, plain.Text), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task With_the_right_the_path_itself_is_answered()
    {
        RawAnswer answer = await RawHttp.SendAsync(
            house.Gateway.Address, Encoding.ASCII.GetBytes($"GET /api/v1/keys HTTP/1.1\r\nHost: {house.Gateway.Address.Authority}\r\nAuthorization: Bearer {house.Gateway.AdminToken}\r\nConnection: close\r\n\r\n"));

        Assert.Equal(200, answer.Status);
        Assert.Contains("\"keys\":", answer.Text, StringComparison.Ordinal);
    }
}
