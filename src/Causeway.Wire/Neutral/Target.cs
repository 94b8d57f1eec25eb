namespace Causeway.Wire.Neutral;

/// <summary>Whom a request is written for.</summary>
public sealed record Target
{
    /// <summary>The provider's name in this deployment, for messages.</summary>
    public required string Provider { get; init; }

    /// <summary>What is called there.</summary>
    public required Operation Operation { get; init; }

    /// <summary>The provider's name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Which OpenAI-compatible server it is; its deviations are data of <c>OpenAI/Servers</c>. Default: OpenAI itself.</summary>
    public string Server { get; init; } = "openai";

    /// <summary>How the provider is addressed: the same wire format differs a little between platforms (Claude on Vertex).</summary>
    public Platform Platform { get; init; }

    /// <summary>Tokens of the longest answer, for protocols that must be told a cap; null: not known.</summary>
    public long? MaxOutputTokens { get; init; }

    /// <summary>The wire format.</summary>
    public Protocol Protocol => Operations.ProtocolOf(Operation);
}

/// <summary>What happens to a field that would change the answer and cannot be carried.</summary>
public enum Unsupported : byte
{
    /// <summary>The request is refused: <c>cannot_translate</c>.</summary>
    Deny,

    /// <summary>It is left out and named in <c>x-causeway-dropped</c>.</summary>
    Drop,
}
