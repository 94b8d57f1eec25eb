namespace Causeway.Configuration;

/// <summary>A value that must not be printed, with the place it came from, which may be.</summary>
/// <remarks>
/// Nothing but <see cref="Reveal"/> gives the value out: records that hold secrets can be logged, compared by a debugger or written as JSON
/// without leaking one.
/// </remarks>
internal sealed class Secret
{
    private readonly string value;

    public Secret(string value, string source)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        this.value = value;
        Source = source;
    }

    /// <summary>Where the value came from, fit for a message: <c>environment OPENAI_API_KEY</c>, <c>file /run/secrets/x</c>, <c>literal</c>.</summary>
    public string Source { get; }

    /// <summary>The value itself. Call it where the secret is used, never earlier.</summary>
    public string Reveal() => value;

    public override string ToString() => "***";
}
