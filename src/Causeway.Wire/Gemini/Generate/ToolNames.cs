using System.Globalization;
using System.Text;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>
/// Names of functions: a letter or an underscore, then letters, digits and <c>_ . : -</c>, 64 at most. Another name is spelled behind
/// <c>cw:</c> with its other bytes as <c>:</c> and two hex digits, which is read back in the answer: nothing need be remembered.
/// </summary>
internal static class ToolNames
{
    private const string Spelled = "cw:";
    private const int MaxLength = 64;

    /// <summary>The name for a request; null: it has none that is short enough.</summary>
    public static string? ToTarget(string name)
    {
        string target = IsPlain(name) && !name.StartsWith(Spelled, StringComparison.Ordinal) ? name : Spell(name);
        return target.Length <= MaxLength && name.Length > 0 ? target : null;
    }

    /// <summary>The name that <see cref="ToTarget"/> was given; any other is its own.</summary>
    public static string FromTarget(string target)
    {
        if (!target.StartsWith(Spelled, StringComparison.Ordinal))
        {
            return target;
        }

        List<byte> name = [];
        for (int i = Spelled.Length; i < target.Length; i++)
        {
            if (target[i] != ':')
            {
                name.Add((byte)target[i]);
            }
            else if (i + 2 < target.Length && byte.TryParse(target.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte other))
            {
                name.Add(other);
                i += 2;
            }
            else
            {
                return target;
            }
        }

        return Encoding.UTF8.GetString([.. name]);
    }

    private static string Spell(string name)
    {
        StringBuilder spelled = new(Spelled);
        foreach (byte each in Encoding.UTF8.GetBytes(name))
        {
            _ = char.IsAsciiLetterOrDigit((char)each) || each is (byte)'_' or (byte)'.' or (byte)'-'
                ? spelled.Append((char)each)
                : spelled.Append(CultureInfo.InvariantCulture, $":{each:x2}");
        }

        return spelled.ToString();
    }

    private static bool IsPlain(string name) =>
        name.Length > 0
        && (char.IsAsciiLetter(name[0]) || name[0] == '_')
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or ':' or '-');
}
