using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Adaptive;

/// <summary>
/// What a stream may still generate of what is held for it. At 70 hundredths of that more is asked for, in steps, up to the cap that it was sent with; where no more is given it runs to what is held and
/// is ended there. The provider ends the stream at the cap that it was told; one that does not is held for as it goes on, and ended where no more is given (catalogue F-13).
/// One stream's; not safe for use by several threads at once.
/// </summary>
/// <param name="held">Output tokens that are held.</param>
/// <param name="cap">Output tokens that the provider was told as the most.</param>
/// <param name="length">How long such answers are.</param>
/// <param name="extend">Holds the bound of so many output tokens in place of what is held; null: it is held. Otherwise why not.</param>
public sealed class StreamAllowance(long held, long cap, AnswerLength length, Func<long, ValueTask<LedgerDenial?>> extend)
{
    // Scripts whose words are long in UTF-8 come to some ten bytes a token: a stream that is within its cap is asked more for at most, and ended only where the budget is at its end.
    private const int MostBytesOfToken = 8;

    private readonly long _step = Math.Max(OutputCaps.Floor, length.Tokens);
    private long _cap = cap;
    private long _askAgainAt;

    /// <summary>Of a stream that is held for whole.</summary>
    /// <param name="cap">Output tokens that are held, and that the provider was told as the most.</param>
    /// <param name="extend">Holds the bound of so many output tokens in place of what is held; null: it is held. Otherwise why not.</param>
    public static StreamAllowance OfWhole(long cap, Func<long, ValueTask<LedgerDenial?>> extend) => new(cap, cap, default, extend);

    /// <summary>Output tokens that are held now.</summary>
    public long Held { get; private set; } = held;

    /// <summary>Output tokens that the provider was told as the most.</summary>
    public long Cap => _cap;

    /// <summary>Why no more was given when it was last asked for; null: it was, or nothing was asked for.</summary>
    public LedgerDenial? Denial { get; private set; }

    /// <summary>Output tokens that text stands for, on the strict side.</summary>
    public long TokensOf(long textBytes) => Math.Min(textBytes, (long)(((Int128)textBytes * length.TokensOfText) / 1_024) + 1);

    /// <summary>Whether the stream may go on after so much of its text: it is held for, or more was given.</summary>
    public ValueTask<bool> CoversAsync(long textBytes)
    {
        if (Held >= _cap)
        {
            long least = textBytes / MostBytesOfToken;
            return least <= _cap ? ValueTask.FromResult(true) : GoOnAsync(least);
        }

        long used = TokensOf(textBytes);
        return used * 10 < Held * 7 || used < _askAgainAt ? ValueTask.FromResult(used < Held) : GrowAsync(used);
    }

    private async ValueTask<bool> GrowAsync(long used)
    {
        // As much as is used already, at least: an event may bring more than a step.
        long next = Math.Min(_cap, Math.Max(Held, used) + _step);
        if (await IsHeldAsync(next))
        {
            return true;
        }

        _askAgainAt = used + Math.Max(1, Held / 10); // Others may give back what they hold meanwhile.
        return used < Held;
    }

    // Beyond its cap. What has come was not stopped by it, and nothing says what will be.
    private async ValueTask<bool> GoOnAsync(long used)
    {
        bool isHeld = await IsHeldAsync(used + Math.Max(_step, used / 4));
        _cap = Held;
        return isHeld;
    }

    private async ValueTask<bool> IsHeldAsync(long next)
    {
        Denial = await extend(next);
        Held = Denial is null ? next : Held;
        return Denial is null;
    }
}
