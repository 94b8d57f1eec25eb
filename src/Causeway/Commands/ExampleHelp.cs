using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Causeway.Commands;

/// <summary>Help that ends with commands to copy.</summary>
internal sealed class ExampleHelp : SynchronousCommandLineAction
{
    private const int Width = 110;
    private static readonly ConditionalWeakTable<Command, string[]> s_examples = [];
    private readonly HelpAction _help;

    public ExampleHelp(HelpAction help)
    {
        _help = help;
        _help.MaxWidth = Width; // The same text on every terminal, so that it can be pinned.
    }

    public static void Add(Command command, string[] examples) => s_examples.Add(command, examples);

    public override int Invoke(ParseResult parseResult)
    {
        int code = _help.Invoke(parseResult);
        if (s_examples.TryGetValue(parseResult.CommandResult.Command, out string[]? examples))
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string example in examples)
            {
                output.WriteLine($"  {example}");
            }

            output.WriteLine();
        }

        return code;
    }
}

internal static class ExampleExtensions
{
    /// <summary>Ends the command's help with commands to copy.</summary>
    public static Command WithExamples(this Command command, params string[] examples)
    {
        ExampleHelp.Add(command, examples);
        return command;
    }
}
