using System.Globalization;

namespace Causeway.Budgets.Grants;

/// <summary>So much of something in a window. A raise is an overlay beside it, with an end; a change for good is another amount of the same meter and window.</summary>
/// <param name="Meter">What is counted.</param>
/// <param name="Amount">How much, in the meter's unit; more than 0.</param>
/// <param name="Window">In which time.</param>
public sealed record Limit(Meter Meter, long Amount, Window Window)
{
    private const decimal NanoPerUsd = 1_000_000_000m;
    private const decimal MostUsd = 1_000_000_000m;
    private const long MostTokens = 1_000_000_000_000_000;

    /// <summary>It paces another limit: a share of that, in a shorter span. Its denials say <c>limit_paced</c>.</summary>
    public bool IsPace { get; init; }

    /// <summary>The requests that it counts are reserved from then on, Unix milliseconds of the ledger's clock; 0: all. A limit that a grant is given later counts nothing that was before it.</summary>
    public long SinceMs { get; init; }

    /// <summary>Whether it counts the same in the same windows, so that what was counted by one stands for the other.</summary>
    public bool IsSameWindow(Limit other) => Meter == other.Meter && Window == other.Window && IsPace == other.IsPace;

    /// <summary>Reads <c>500/month</c>, <c>0.50/24h</c>, <c>2M/day</c>, or an amount alone, which is for the grant's whole life.</summary>
    /// <param name="meter">What is counted; of money the text says USD.</param>
    /// <param name="text">The amount with its window. Tokens and requests may end in k, M or G.</param>
    /// <param name="zone">The zone of calendar windows.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryParse(Meter meter, string text, string zone, out Limit limit, out string problem)
    {
        limit = new Limit(meter, 1, Window.None);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string amount = slash < 0 ? text : text[..slash];
        if (!TryParseAmount(meter, amount, out long units))
        {
            problem = meter == Meter.Usd
                ? $"\"{amount}\" is not an amount of USD; write it plainly, such as 500 or 0.50, with up to nine decimals"
                : $"\"{amount}\" is not a count; write it plainly, such as 1000, 200k or 2M";
            return false;
        }

        if (meter == Meter.Concurrent)
        {
            problem = slash < 0 ? "" : "what is open at once has no window";
            limit = new Limit(meter, units, Window.None);
            return slash < 0;
        }

        if (!Window.TryParse(slash < 0 ? "none" : text[(slash + 1)..], zone, out Window window, out problem))
        {
            return false;
        }

        limit = new Limit(meter, units, window);
        return true;
    }

    /// <summary>Reads a pace, <c>20%/10m</c>: at most that share of the limit in any such span.</summary>
    public bool TryPace(string text, out Limit pace, out string problem)
    {
        pace = this;
        if (Meter == Meter.Concurrent)
        {
            problem = "what is open at once has no pace";
            return false;
        }

        int slash = text.IndexOf("%/", StringComparison.Ordinal);
        if (slash <= 0 || !int.TryParse(text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out int percent) || percent is < 1 or > 99
            || !Window.TryParse(text[(slash + 2)..], "UTC", out Window span, out _) || span.Kind != WindowKind.Rolling)
        {
            problem = $"\"{text}\" is not a pace; write a share and a span, such as 20%/10m";
            return false;
        }

        problem = "";
        pace = new Limit(Meter, Math.Max(1, (long)((Int128)Amount * percent / 100)), span) { IsPace = true };
        return true;
    }

    /// <summary>The amount as people write it: USD, or a count.</summary>
    public static string Write(Meter meter, long amount) => meter == Meter.Usd
        ? WriteUsd(amount)
        : amount.ToString(CultureInfo.InvariantCulture);

    /// <summary>As <see cref="TryParse"/> reads it, with the meter before it: <c>usd 500/month</c>.</summary>
    public override string ToString() =>
        $"{Meter.Word()} {Write(Meter, Amount)}{(Window.Kind == WindowKind.None ? "" : "/" + Window)}{(Window.Zone == "UTC" ? "" : " " + Window.Zone)}{(IsPace ? " (pace)" : "")}";

    // Every answer under a limit has it in its head, so by integers: a tenth of what a decimal's format costs.
    private static string WriteUsd(long nanoUsd)
    {
        (ulong whole, ulong fraction) = Math.DivRem(nanoUsd < 0 ? 0 - (ulong)nanoUsd : (ulong)nanoUsd, (ulong)NanoPerUsd);
        Span<char> text = stackalloc char[32];
        int length = 0;
        if (nanoUsd < 0)
        {
            text[length++] = '-';
        }

        whole.TryFormat(text[length..], out int digits, provider: CultureInfo.InvariantCulture);
        length += digits;
        if (fraction != 0)
        {
            text[length++] = '.';
            fraction.TryFormat(text[length..], out digits, "D9", CultureInfo.InvariantCulture);
            length += digits;
            length = text[..length].TrimEnd('0').Length;
        }

        return text[..length].ToString();
    }

    private static bool TryParseAmount(Meter meter, string text, out long units)
    {
        units = 0;
        if (meter == Meter.Usd)
        {
            if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal usd) || usd <= 0 || usd > MostUsd
                || usd * NanoPerUsd != decimal.Truncate(usd * NanoPerUsd))
            {
                return false;
            }

            units = (long)(usd * NanoPerUsd);
            return true;
        }

        long factor = text.Length == 0 ? 0 : text[^1] switch { 'k' => 1_000L, 'M' => 1_000_000L, 'G' => 1_000_000_000L, _ => 1L };
        if (!long.TryParse(factor == 1 ? text : text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            || count < 1 || count > MostTokens / factor)
        {
            return false;
        }

        units = count * factor;
        return true;
    }
}
