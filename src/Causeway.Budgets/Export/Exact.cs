using System.Globalization;
using System.Runtime.InteropServices;

namespace Causeway.Budgets.Export;

/// <summary>A decimal number of which no digit is lost.</summary>
/// <param name="Unscaled">Its digits.</param>
/// <param name="Scale">How many of them stand behind the point, 0 to 21.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Exact(Int128 Unscaled, int Scale)
{
    /// <summary>Nano-USD as USD.</summary>
    public static Exact Usd(long nanoUsd) => new(nanoUsd, 9);

    /// <summary>The same number with more digits behind the point.</summary>
    /// <exception cref="OverflowException">It does not fit 127 bits then.</exception>
    public Int128 At(int scale)
    {
        Int128 unscaled = Unscaled;
        for (int digit = Scale; digit < scale; digit++)
        {
            unscaled = checked(unscaled * 10);
        }

        return scale >= Scale ? unscaled : throw new ArgumentOutOfRangeException(nameof(scale), scale, "Digits would be lost.");
    }

    /// <summary>Plain decimal text without an exponent, as FOCUS writes numbers: at least so many digits behind the point, more only where they are not 0.</summary>
    public string Text(int digits)
    {
        string all = Int128.Abs(Unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        string whole = all[..^Scale];
        string part = all[^Scale..].TrimEnd('0').PadRight(digits, '0');
        return (Unscaled < 0 ? "-" : "") + (part.Length == 0 ? whole : $"{whole}.{part}");
    }
}
