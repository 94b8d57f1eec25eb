using System.CommandLine;
using System.Text;
using Causeway.Admin.Keys;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Commands;

/// <summary>The key that a verb looks at: the argument, standard input for <c>-</c>, or the variable. The last two are not seen by other processes.</summary>
internal static class CapabilityText
{
    public const string Variable = "CAUSEWAY_KEY";
    private const string StandardInput = "-";

    /// <summary>The argument that names it.</summary>
    public static Argument<string?> Argument() => new("KEY")
    {
        Description = $"The key; - reads it from standard input. Default: {Variable}. Other processes can read arguments.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <returns>The text without white space around it, or what is wrong and what to do: exactly one of the two.</returns>
    public static (string? Text, string? Problem) Read(string? argument, Surroundings surroundings)
    {
        (string? text, string? problem) = argument == StandardInput ? FromInput(surroundings) : (argument ?? surroundings.Variable(Variable), null);
        return problem is not null ? (null, $"The key on standard input {problem}.")
            : string.IsNullOrWhiteSpace(text) ? (null, $"Which key? Set {Variable}, or pipe it in and write - in its place.")
            : (text.Trim(), null);
    }

    /// <summary>True for an opaque key, whole or not.</summary>
    public static bool IsOpaque(string text) => text.StartsWith(KeySecret.Prefix, StringComparison.Ordinal);

    /// <returns>What a capability key says of itself, or why it is none: exactly one of the two. Never the key.</returns>
    public static (CapabilityView? View, string? Problem) Explain(string text)
    {
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
        CapabilityFault fault = CapabilityToken.TryParse(Encoding.UTF8.GetBytes(text), buffer, out CapabilityToken token);
        return fault == CapabilityFault.None
            ? (CapabilityView.Of(token), null)
            : (null, $"{Attenuation.Words(fault)} ({fault.Code()})\n  It begins with {CapabilityToken.Prefix} and is one line; copy it again as a whole.");
    }

    /// <summary>The caveats, one to a line.</summary>
    public static void Show(IReadOnlyList<CaveatView> caveats, Screen screen)
    {
        if (caveats.Count == 0)
        {
            screen.Line("It has no caveat: it may do all that its grant may.");
            return;
        }

        screen.Table(s_columns, caveats.Select(caveat => (IReadOnlyList<string>)[Figures.Count(caveat.Number), caveat.Type, caveat.Says]));
    }

    private static readonly Column[] s_columns = [new("#", ColumnKind.Number), new("CAVEAT", ColumnKind.Name), new("A CALL IS")];

    private static (string? Text, string? Problem) FromInput(Surroundings surroundings)
    {
        using Stream input = surroundings.Input();
        return TextFile.Read(input);
    }
}
