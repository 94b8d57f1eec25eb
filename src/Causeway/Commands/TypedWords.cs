using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Causeway.Admin;

namespace Causeway.Commands;

/// <summary>What holds for every word of every verb, so that no verb has to think of it.</summary>
internal static class TypedWords
{
    /// <summary>Has a command and all below it refuse words that cannot be meant.</summary>
    public static void Check(Command command)
    {
        foreach (Argument argument in command.Arguments)
        {
            argument.Validators.Add(RefuseEmpty);
        }

        foreach (Option option in command.Options.Where(option => IsNumber(option.ValueType)))
        {
            option.Validators.Add(RefuseWords);
        }

        foreach (Command child in command.Subcommands)
        {
            Check(child);
        }
    }

    // A variable that is not set. Taken as it stands, it is another place of the API: a list, or all channels.
    private static void RefuseEmpty(ArgumentResult result)
    {
        if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
        {
            result.AddError($"{result.Argument.Name} is empty. Is the variable set that stands in its place?");
        }
    }

    private static void RefuseWords(OptionResult result)
    {
        Type type = ValueOf(result.Option.ValueType);
        foreach (string text in result.Tokens.Select(token => token.Value))
        {
            if (type == typeof(decimal) ? !decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out _) : !long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"{result.Option.Name}: \"{Printable.Cut(text)}\" is not a {(type == typeof(decimal) ? "number. Write it like 0.5" : "whole number. Write it in digits, like 100")}.");
            }
            else if (type == typeof(int) && !int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"{result.Option.Name}: {Printable.Cut(text)} is too large. The most that can be written is {int.MaxValue}.");
            }
        }
    }

    private static bool IsNumber(Type type) => ValueOf(type) is var value && (value == typeof(int) || value == typeof(long) || value == typeof(decimal));

    private static Type ValueOf(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}

internal static class ChoiceExtensions
{
    /// <summary>Takes one of some words, and says of another one whose it is and which was probably meant.</summary>
    public static void TakesOneOf<T>(this Option<T> option, params string[] words)
    {
        // A verb compares text as it is written; what is no text is read without a look at its case.
        StringComparer comparer = typeof(T) == typeof(string) ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
        option.AcceptOnlyFromAmong(comparer, words);
        option.Validators.Add(result =>
        {
            foreach (string text in result.Tokens.Select(token => token.Value).Where(text => !words.Contains(text, comparer)))
            {
                result.AddError($"{option.Name}: \"{Printable.Cut(text)}\" is not one of: {string.Join(", ", words)}{Nearest.To(text, words)}");
            }
        });
    }
}
