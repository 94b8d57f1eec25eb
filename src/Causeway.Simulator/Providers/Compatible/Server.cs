using Causeway.Simulator.Providers.OpenAI;

namespace Causeway.Simulator.Providers.Compatible;

/// <summary>A server that speaks OpenAI's chat completions in its own accent.</summary>
internal sealed record Server(Vendor Vendor)
{
    public ChatStyle Style { get; init; } = ChatStyle.OpenAI with { ShowsTier = false };

    /// <summary>Whether a request without a key is refused.</summary>
    public bool NeedsKey { get; init; } = true;

    /// <summary>Whether <c>max_completion_tokens</c> limits anything; the older name always does.</summary>
    public bool KnowsMaxCompletionTokens { get; init; } = true;

    /// <summary>All fields of a body, where any other is 422; null takes and ignores what it does not know.</summary>
    public IReadOnlySet<string>? KnownFields { get; init; }

    /// <summary>Known fields that the server does not support: 400.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>The most alternatives that one request may ask for.</summary>
    public int MaxChoices { get; init; } = 128;

    public double MaxTemperature { get; init; } = 2;

    public bool Embeds { get; init; }

    public bool HasResponses { get; init; }

    /// <summary>Whether the API stands at <c>/beta</c> too.</summary>
    public bool HasBeta { get; init; }

    /// <summary>What it makes of schemas.</summary>
    public required SchemaPolicy Schemas { get; init; }

    public ErrorShape Errors { get; init; } = ErrorShape.OpenAI;

    /// <summary>What the server asks of a conversation beyond that, given the body, the model and the account.</summary>
    public Func<Incoming, string, Rejection?> Turns { get; init; } = (_, _) => null;

    /// <summary>Whether the model reasons without being asked to.</summary>
    public Func<Incoming, string, bool> Reasons { get; init; } = (_, _) => false;
}

internal enum ErrorShape
{
    OpenAI,

    /// <summary>As OpenAI's, with the status as a number in <c>code</c>.</summary>
    NumberedCode,

    /// <summary><c>{"object":"error",…}</c> without an envelope, and FastAPI's <c>{"detail":[…]}</c> for 422.</summary>
    Flat,
}
