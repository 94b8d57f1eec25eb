using System.Text.RegularExpressions;
using System.Text.Unicode;
using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas.Graph;
using Causeway.Contracts.Schemas.Patterns;

namespace Causeway.Contracts.Validation.Evaluation;

/// <content>Numbers and strings.</content>
internal ref partial struct Evaluator
{
    private readonly bool Number(SchemaNode node, NumberRules rules, int at)
    {
        ReadOnlySpan<byte> number = _view.Spelled(at);
        if (rules.Minimum is not null && rules.Minimum.Compare(number) < 0)
        {
            return Fail(node, Keyword.Minimum, at);
        }

        if (rules.Maximum is not null && rules.Maximum.Compare(number) > 0)
        {
            return Fail(node, Keyword.Maximum, at);
        }

        if (rules.ExclusiveMinimum is not null && rules.ExclusiveMinimum.Compare(number) <= 0)
        {
            return Fail(node, Keyword.ExclusiveMinimum, at);
        }

        if (rules.ExclusiveMaximum is not null && rules.ExclusiveMaximum.Compare(number) >= 0)
        {
            return Fail(node, Keyword.ExclusiveMaximum, at);
        }

        return rules.MultipleOf is null || rules.MultipleOf.Divides(number) || Fail(node, Keyword.MultipleOf, at);
    }

    private bool String(SchemaNode node, StringRules rules, int at)
    {
        ReadOnlySpan<byte> text = Unescaped(at);
        _steps -= text.Length >> 4;
        bool isValid = HasLength(node, rules, at, text);
        if (rules.Pattern is not null && (isValid || IsCollecting))
        {
            isValid &= Matches(rules.Pattern, text) || Fail(node, Keyword.Pattern, at);
        }

        if (rules.Format is not null && (_assertsFormats || node.Resource.Rules.AssertsFormat) && (isValid || IsCollecting))
        {
            isValid &= rules.Format.Accepts(text) || Fail(node, Keyword.Format, at);
        }

        return isValid;
    }

    private readonly bool HasLength(SchemaNode node, StringRules rules, int at, ReadOnlySpan<byte> text)
    {
        // A code point takes 1 to 4 bytes, so most strings need no counting.
        if (text.Length <= rules.MaxLength && text.Length >= (long)rules.MinLength * 4)
        {
            return true;
        }

        int length = JsonStrings.CodePoints(text);
        return length > rules.MaxLength ? Fail(node, Keyword.MaxLength, at) : length >= rules.MinLength || Fail(node, Keyword.MinLength, at);
    }

    private readonly ReadOnlySpan<byte> Unescaped(int at)
    {
        ReadOnlySpan<byte> spelled = _view.Spelled(at);
        if (!_view.Nodes[at].IsEscaped)
        {
            return spelled;
        }

        Span<byte> room = _work.Bytes(spelled.Length);
        return room[..JsonStrings.Unescape(spelled, room)];
    }

    private bool Matches(SchemaPattern pattern, ReadOnlySpan<byte> text)
    {
        Span<char> room = _work.Chars(text.Length);
        Utf8.ToUtf16(text, room, out _, out int length);
        _steps -= length >> 3;
        return pattern.Backtracks ? MatchesWithin(pattern, room[..length]) : pattern.IsMatch(room[..length]);
    }

    private bool MatchesWithin(SchemaPattern pattern, ReadOnlySpan<char> text)
    {
        if (text.Length > SchemaPattern.MaxBacktrackingInput)
        {
            Exhaust($"a string is too long for the pattern \"{pattern.Source}\", which has look-around or back-references");
            return false;
        }

        // Coarse, and right on average: a match shorter than the clock's step is counted as one as often as it is long.
        long start = Environment.TickCount64;
        try
        {
            bool isMatch = pattern.IsMatch(text);
            PatternMilliseconds += Environment.TickCount64 - start;
            if (PatternMilliseconds < EvaluationBudget.PatternMilliseconds)
            {
                return isMatch;
            }
        }
        catch (RegexMatchTimeoutException)
        {
            // Told below, like many matches that take too long together.
        }

        Exhaust($"the pattern \"{pattern.Source}\" takes too long to match");
        return false;
    }
}
