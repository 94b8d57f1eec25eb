using System.Text;
using System.Text.Json;

namespace Causeway.Gateway.Tests.House;

/// <summary>What a caller got. It is whole when the body ended as HTTP wants it; otherwise the connection broke before.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body, bool Whole)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonElement.Parse(Body);

    public string? Error => Header("x-causeway-error");

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The data of every event.</summary>
    public IReadOnlyList<string> Events => [.. Text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        .Select(block => string.Join('\n', block.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line[5..].TrimStart(' '))))
        .Where(data => data.Length > 0)];

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            headers[name] = values.ToString();
        }

        using MemoryStream body = new();
        bool whole = true;
        try
        {
            await response.Content.CopyToAsync(body, GatewayHouse.Token);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            whole = false;
        }

        return new Answer((int)response.StatusCode, headers, body.ToArray(), whole);
    }
}
