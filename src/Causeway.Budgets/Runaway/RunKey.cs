using System.Runtime.InteropServices;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Runaway;

/// <summary>Names one run of an agent: the grant that pays for it, and the id that its caller or its token gives it.</summary>
/// <param name="Grant">Runs of different grants never meet, whatever their ids.</param>
/// <param name="Run">1 to <see cref="MaxLength"/> visible ASCII characters; see <see cref="IsRunId"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RunKey(GrantId Grant, string Run)
{
    /// <summary>Characters of the longest id.</summary>
    public const int MaxLength = 128;

    /// <summary>Whether text can name a run: 1 to 128 visible ASCII characters, no blanks.</summary>
    public static bool IsRunId(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxLength && !text.ContainsAnyExceptInRange('!', '~');
}
