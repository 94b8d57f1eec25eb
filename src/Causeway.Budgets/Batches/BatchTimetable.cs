namespace Causeway.Budgets.Batches;

/// <summary>When a batch is asked for, and until when.</summary>
public static class BatchTimetable
{
    /// <summary>What a provider has for a batch where it says nothing else: a day (Anthropic, OpenAI and Gemini alike).</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>How much longer its end is waited for.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    /// <summary>Before the first question.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(10);

    /// <summary>Between questions at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>How long one that is closed is remembered.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(90);

    /// <summary>From taking to the end of what is waited for.</summary>
    /// <param name="window">What the provider has for it; null: it did not say.</param>
    public static TimeSpan Patience(TimeSpan? window) => (window ?? Window) + Grace;

    /// <summary>How long to wait after so many questions: twice as long each time, up to <see cref="Longest"/>.</summary>
    public static TimeSpan After(int asks) => asks >= 6 ? Longest : First * (1 << Math.Max(asks, 0));
}
