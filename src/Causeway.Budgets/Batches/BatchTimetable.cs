namespace Causeway.Budgets.Batches;

/// <summary>When a batch is asked for, and until when.</summary>
public static class BatchTimetable
{
    /// <summary>From taking to the end of what is waited for: a day that the provider has for it (Anthropic, OpenAI and Gemini alike), and a day more.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(48);

    /// <summary>Before the first question.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(10);

    /// <summary>Between questions at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>How long one that is closed is remembered.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(90);

    /// <summary>How long to wait after so many questions: twice as long each time, up to <see cref="Longest"/>.</summary>
    public static TimeSpan After(int asks) => asks >= 6 ? Longest : First * (1 << Math.Max(asks, 0));
}
