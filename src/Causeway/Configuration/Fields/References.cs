using System.Text;

namespace Causeway.Configuration.Fields;

/// <summary>Replaces <c>${NAME}</c> and <c>${NAME:-default}</c> by the environment; <c>$${</c> stands for <c>${</c>.</summary>
internal static class References
{
    public static bool Occur(string text) => text.Contains("${", StringComparison.Ordinal);

    /// <summary>Replaces every reference.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="environment">The value of a variable, or null when it is not set.</param>
    /// <param name="problems">One sentence for each reference that could not be replaced; none of them holds a value.</param>
    /// <param name="names">The variables that were read.</param>
    public static string Expand(string text, Func<string, string?> environment, out List<string> problems, out List<string> names)
    {
        problems = [];
        names = [];
        StringBuilder expanded = new(text.Length);
        int at = 0;
        while (at < text.Length)
        {
            ReadOnlySpan<char> rest = text.AsSpan(at);
            if (rest.StartsWith("$${", StringComparison.Ordinal))
            {
                expanded.Append("${");
                at += 3;
            }
            else if (rest.StartsWith("${", StringComparison.Ordinal))
            {
                int end = rest.IndexOf('}');
                if (end < 0)
                {
                    problems.Add("has a \"${\" without \"}\"; write ${NAME}, or $${ for the characters themselves");
                    return "";
                }

                expanded.Append(Resolve(rest[2..end].ToString(), environment, problems, names));
                at += end + 1;
            }
            else
            {
                expanded.Append(rest[0]);
                at++;
            }
        }

        return expanded.ToString();
    }

    private static string Resolve(string reference, Func<string, string?> environment, List<string> problems, List<string> names)
    {
        int separator = reference.IndexOf(":-", StringComparison.Ordinal);
        string name = separator < 0 ? reference : reference[..separator];
        string? fallback = separator < 0 ? null : reference[(separator + 2)..];
        if (!IsName(name))
        {
            problems.Add("has a reference that is no name of a variable; write ${NAME} or ${NAME:-default}, with letters, digits and _");
            return "";
        }

        if (fallback is not null && References.Occur(fallback))
        {
            problems.Add("has a reference inside a reference, which is not read");
            return "";
        }

        string? value = environment(name);
        if (string.IsNullOrEmpty(value) && fallback is null)
        {
            problems.Add($"needs the environment variable {name}, which is {(value is null ? "not set" : "empty")}");
            return "";
        }

        names.Add(name);
        return string.IsNullOrEmpty(value) ? fallback! : value;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 128 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
