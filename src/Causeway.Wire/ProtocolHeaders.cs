namespace Causeway.Wire;

/// <summary>Which headers travel between a caller and a provider of the same protocol. Whatever is not named stays behind.</summary>
public static class ProtocolHeaders
{
    /// <summary>Whether a caller's header goes to the provider.</summary>
    public static bool ForwardsRequest(Protocol protocol, string name) => throw new NotSupportedException();

    /// <summary>Whether a provider's header goes to the caller.</summary>
    public static bool ReturnsResponse(Protocol protocol, string name) => throw new NotSupportedException();

    /// <summary>The header that carries the provider's key.</summary>
    public static string KeyHeader(Protocol protocol) => throw new NotSupportedException();

    /// <summary>The value of <see cref="KeyHeader"/> for a secret.</summary>
    public static string KeyValue(Protocol protocol, string secret) => throw new NotSupportedException();

    /// <summary>Headers that the provider requires, to be sent when the caller sent none of that name.</summary>
    public static (string Name, string Value)[] RequiredDefaults(Protocol protocol) => throw new NotSupportedException();
}
