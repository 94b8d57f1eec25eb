using System.Runtime.InteropServices;
using Causeway.Contracts.Schemas.Graph;

namespace Causeway.Contracts.Validation.Evaluation;

/// <summary>Of a union's branches that failed, the one that the value was meant for: its findings are kept, those of the others are dropped.</summary>
/// <remarks>
/// A branch for another kind of value was not meant, nor one whose <c>const</c> or <c>enum</c> another member's value rules out (a tag). Among the rest the
/// one counts that failed least, then the first.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal struct NearestBranch(int mark)
{
    private int _score = int.MaxValue;

    /// <summary>Every branch is for another kind of value, or there is none.</summary>
    public readonly bool IsOfOtherKind => _score >= OtherKind;

    private const int OtherKind = 1 << 20;
    private const int OtherTag = 1 << 10;

    /// <summary>Weighs the findings of a branch that failed, which stand last.</summary>
    public void Consider(List<Finding> findings, int before, int at)
    {
        int score = Score(CollectionsMarshal.AsSpan(findings)[before..], at);
        if (score < _score)
        {
            _score = score;
            findings.RemoveRange(mark, before - mark);
        }
        else
        {
            findings.RemoveRange(before, findings.Count - before);
        }
    }

    /// <summary>Drops what was kept.</summary>
    public readonly void Forget(List<Finding>? findings) => findings?.RemoveRange(mark, findings.Count - mark);

    private static int Score(ReadOnlySpan<Finding> findings, int at)
    {
        int score = findings.Length;
        foreach (Finding finding in findings)
        {
            bool isValue = finding.Keyword is Keyword.Type or Keyword.Const or Keyword.Enum or Keyword.False;
            score += !isValue ? 0 : finding.At == at ? OtherKind : finding.Keyword is Keyword.Const or Keyword.Enum ? OtherTag : 0;
        }

        return score;
    }
}
