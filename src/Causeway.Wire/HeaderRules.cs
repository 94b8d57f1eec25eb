using System.Collections.Frozen;

namespace Causeway.Wire;

/// <summary>The headers of one protocol, as data. Names compare without case; asking allocates nothing.</summary>
internal sealed class HeaderRules
{
    // What any protocol of this room lets through. Cookies, hop-by-hop headers and addresses of the caller are in no list and stay behind.
    private static readonly string[] CommonRequest = ["content-type", "x-client-request-id"];
    private static readonly string[] CommonResponse = ["content-type", "content-disposition", "retry-after", "retry-after-ms", "x-should-retry", "request-id", "x-request-id"];

    private readonly FrozenSet<string> _request;
    private readonly FrozenSet<string> _response;

    public HeaderRules(string[] request, string[] response)
    {
        _request = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, [.. CommonRequest, .. request]);
        _response = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, [.. CommonResponse, .. response]);
    }

    public required string KeyHeader { get; init; }

    /// <summary>What stands before the secret in the key header's value.</summary>
    public string KeyScheme { get; init; } = "";

    /// <summary>In which the vendor names a request, and its SDKs look for the name.</summary>
    public string? RequestId { get; init; }

    public string[] ResponsePrefixes { get; init; } = [];

    public (string Name, string Value)[] Defaults { get; init; } = [];

    public bool ForwardsRequest(string name) => _request.Contains(name);

    public bool ReturnsResponse(string name)
    {
        if (_response.Contains(name))
        {
            return true;
        }

        foreach (string prefix in ResponsePrefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
