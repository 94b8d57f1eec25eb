using System.Runtime.InteropServices;

namespace Causeway.Wire.Errors;

/// <summary>What a provider's error body says, as far as it can be read.</summary>
/// <param name="Type">The vendor's class of error (<c>error.type</c>, Gemini's <c>status</c>).</param>
/// <param name="Code">The vendor's code, numbers spelled out.</param>
/// <param name="Message">The vendor's text. May quote the prompt: not for logs.</param>
/// <param name="SpendExhausted">The account's money is used up (F-02): never retry on this credential.</param>
/// <param name="RetryDelay">Gemini's <c>RetryInfo.retryDelay</c>, up to one day.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct UpstreamError(string? Type, string? Code, string? Message, bool SpendExhausted, TimeSpan? RetryDelay)
{
    /// <summary>Reads an error body of any shape; an unreadable one gives the default value.</summary>
    public static UpstreamError Scan(Protocol protocol, ReadOnlySpan<byte> body) => throw new NotSupportedException();
}
