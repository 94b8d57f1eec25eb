using System.Text.RegularExpressions;

namespace Causeway.Contracts.Schemas.Patterns;

/// <summary>A <c>pattern</c>: an ECMA-262 regular expression, searched for anywhere in a string.</summary>
/// <remarks>
/// Runs in linear time where it can. Look-around and back-references, which Zod's and Pydantic's own patterns have, need the backtracking engine: there
/// one match is bounded in time and its input in length.
/// </remarks>
internal sealed class SchemaPattern
{
    /// <summary>Characters that a backtracking pattern is given at most.</summary>
    public const int MaxBacktrackingInput = 1 << 16;

    /// <summary>Characters of a pattern: reading it can take their square.</summary>
    public const int MaxLength = 1 << 13;

    private static readonly TimeSpan s_timeout = TimeSpan.FromMilliseconds(100);
    private readonly Regex _regex;

    /// <summary>Prepares a pattern.</summary>
    /// <exception cref="FormatException">It is none; says why.</exception>
    public SchemaPattern(string source)
    {
        if (source.Length > MaxLength)
        {
            throw new FormatException($"it has more than {MaxLength} characters");
        }

        Source = source;
        TranslatedPattern translated = PatternTranslator.Translate(source, isStrict: false);
        _regex = Prepare(translated);
        Backtracks = (_regex.Options & RegexOptions.NonBacktracking) == RegexOptions.None;
    }

    /// <summary>As it is written in the schema.</summary>
    public string Source { get; }

    /// <summary>Whether it runs on the backtracking engine: it has look-around, back-references, or repetitions of repetitions that are too large.</summary>
    public bool Backtracks { get; }

    /// <summary>Whether it is found in a text.</summary>
    /// <exception cref="RegexMatchTimeoutException">A backtracking pattern took more than 100 ms.</exception>
    public bool IsMatch(ReadOnlySpan<char> text) => _regex.IsMatch(text);

    /// <summary>Whether a text is a regular expression, by the letter of ECMA-262.</summary>
    public static bool IsPattern(string source)
    {
        try
        {
            _ = Prepare(PatternTranslator.Translate(source, isStrict: true));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static Regex Prepare(TranslatedPattern translated)
    {
        try
        {
            return translated.NeedsBacktracking
                ? new Regex(translated.Text, RegexOptions.CultureInvariant, s_timeout)
                : new Regex(translated.Text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.Message, e);
        }
        catch (NotSupportedException)
        {
            // Counted repetitions of counted repetitions unfold into more states than the linear engine takes.
            return new Regex(translated.Text, RegexOptions.CultureInvariant, s_timeout);
        }
    }
}
