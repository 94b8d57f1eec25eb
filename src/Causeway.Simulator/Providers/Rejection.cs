namespace Causeway.Simulator.Providers;

/// <summary>The provider does not take the request. Types and codes are the vendor's own words.</summary>
internal sealed record Rejection(int Status, string Type, string Message)
{
    /// <summary>OpenAI <c>code</c>, Gemini <c>ErrorInfo.reason</c>.</summary>
    public string? Code { get; init; }

    /// <summary>OpenAI <c>param</c>.</summary>
    public string? Param { get; init; }

    /// <summary>Groq <c>failed_generation</c>.</summary>
    public string? FailedGeneration { get; init; }

    /// <summary>Gemini <c>RetryInfo</c>.</summary>
    public int? RetryDelayMs { get; init; }
}

/// <summary>A request as the vendor understood it, or its refusal to.</summary>
internal readonly record struct Reading(Ask? Ask, Rejection? Rejection)
{
    public static implicit operator Reading(Ask ask) => new(ask, null);

    public static implicit operator Reading(Rejection rejection) => new(null, rejection);
}
