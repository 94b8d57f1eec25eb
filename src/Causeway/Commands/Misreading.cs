using System.CommandLine;
using Causeway.Admin;
using Causeway.Configuration;

namespace Causeway.Commands;

/// <summary>Why a line cannot be understood, in words.</summary>
internal static class Misreading
{
    /// <summary>One sentence for each mistake. After a word that has no place here only that one is told: what else is wrong may come of it.</summary>
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        bool needsVerb = command.Action is null;
        if (parsed.UnmatchedTokens is [var word, ..] && !(needsVerb && IsOption(word) && NearestMatch.Find(word, OptionsOf(command)) is null))
        {
            return [Stranger(word, command)];
        }

        return needsVerb
            ? [$"{PathTo(command)} needs a verb: {string.Join(", ", Names(command.Subcommands))}."]
            : parsed.Errors.Select(error => error.Message);
    }

    /// <summary>The verb with those above it, as it is typed.</summary>
    public static string PathTo(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathTo(parent)} {command.Name}" : "causeway";

    private static string Stranger(string word, Command command)
    {
        string shown = Printable.Cut(word);
        if (IsOption(word))
        {
            // With "=" its value is part of the word.
            string name = word.Split('=')[0];
            return $"{PathTo(command)} has no option \"{Printable.Cut(name)}\"{Nearest.End(name, OptionsOf(command))}";
        }

        return command.Subcommands.Count > 0 && command.Arguments.Count == 0
            ? $"{PathTo(command)} has no verb \"{shown}\"{Nearest.End(word, Names(command.Subcommands))}"
            : $"{PathTo(command)} takes {(command.Arguments.Count == 0 ? "no argument" : "no further argument")}: what is \"{shown}\"?";
    }

    private static IEnumerable<string> Names(IEnumerable<Symbol> symbols) => symbols.Where(symbol => !symbol.Hidden).Select(symbol => symbol.Name);

    private static IEnumerable<string> OptionsOf(Command command) => Names(command.Options).Append("--help");

    private static bool IsOption(string word) => word.StartsWith('-') && word.Length > 1;
}
