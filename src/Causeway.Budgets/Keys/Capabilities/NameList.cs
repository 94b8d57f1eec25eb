using System.Text;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>Names of which one has to match: exactly, or by what precedes a <c>*</c> at the end. Immutable.</summary>
public sealed class NameList
{
    /// <summary>Characters of a name at most.</summary>
    public const int MaxNameLength = 128;

    private readonly string[] _names; // In ordinal order, each once.

    private NameList(string[] names) => _names = names;

    /// <summary>The names, in ordinal order. None: nothing matches.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Makes a list of names as people write them, in any order.</summary>
    /// <param name="names">1 or more, of 1 to <see cref="MaxNameLength"/> visible ASCII characters without a comma.</param>
    /// <param name="prefixes">A name may end in <c>*</c>.</param>
    /// <returns>The list, or what is wrong with the names: exactly one of the two.</returns>
    public static (NameList? List, string? Problem) Of(IEnumerable<string> names, bool prefixes)
    {
        string[] ordered = [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (ordered.Length == 0)
        {
            return (null, "names nothing");
        }

        string? unsound = Array.Find(ordered, name => !IsName(name, prefixes));
        return unsound is null
            ? (new NameList(ordered), null)
            : (null, $"\"{unsound}\" is not a name: 1 to {MaxNameLength} visible ASCII characters without a comma" + (prefixes ? ", and '*' only at the end, after something" : " or '*'"));
    }

    /// <summary>True when a name may be used.</summary>
    public bool Allows(ReadOnlySpan<char> name)
    {
        foreach (string allowed in _names)
        {
            if (allowed[^1] == '*' ? name.StartsWith(allowed.AsSpan(0, allowed.Length - 1)) : name.SequenceEqual(allowed))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when whatever matches <paramref name="other"/> matches this list too.</summary>
    public bool Covers(NameList other) => other._names.All(Covers);

    /// <summary>What matches both.</summary>
    public NameList Meet(NameList other) => new(
    [
        // Two patterns with a match in common are a pattern and a narrower one, so no new pattern can arise.
        .. _names.Where(other.Covers).Union(other._names.Where(Covers), StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ]);

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _names);

    internal byte[] ToValue() => Encoding.ASCII.GetBytes(string.Join(',', _names));

    internal static NameList Read(ReadOnlySpan<byte> value) => new(Encoding.ASCII.GetString(value).Split(','));

    internal static bool IsSound(ReadOnlySpan<byte> value, bool prefixes)
    {
        ReadOnlySpan<byte> before = default;
        while (true)
        {
            int comma = value.IndexOf((byte)',');
            ReadOnlySpan<byte> name = comma < 0 ? value : value[..comma];
            if (!IsName(name, prefixes) || before.SequenceCompareTo(name) >= 0)
            {
                return false;
            }

            if (comma < 0)
            {
                return true;
            }

            before = name;
            value = value[(comma + 1)..];
        }
    }

    internal static bool IsName(ReadOnlySpan<byte> name, bool prefixes) =>
        name.Length is > 0 and <= MaxNameLength
        && !name.ContainsAnyExceptInRange((byte)'!', (byte)'~') && !name.Contains((byte)',')
        && name.IndexOf((byte)'*') is int star && (star < 0 || (prefixes && star > 0 && star == name.Length - 1));

    private static bool IsName(string name, bool prefixes) =>
        Ascii.IsValid(name) && name.Length <= MaxNameLength && IsName(Encoding.ASCII.GetBytes(name), prefixes);

    private bool Covers(string pattern) => _names.Any(name =>
        name == pattern || (name[^1] == '*' && pattern.AsSpan().TrimEnd('*').StartsWith(name.AsSpan(0, name.Length - 1))));
}
