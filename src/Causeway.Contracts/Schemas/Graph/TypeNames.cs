namespace Causeway.Contracts.Schemas.Graph;

/// <summary>The names of <c>type</c>.</summary>
internal static class TypeNames
{
    private static readonly (string Name, TypeSet Type)[] s_all =
    [
        ("string", TypeSet.String), ("integer", TypeSet.Integer), ("number", TypeSet.Number | TypeSet.Integer), ("boolean", TypeSet.Boolean),
        ("object", TypeSet.Object), ("array", TypeSet.Array), ("null", TypeSet.Null),
    ];

    /// <summary>The type of a name; null: there is none.</summary>
    public static TypeSet? Find(string name)
    {
        foreach ((string known, TypeSet type) in s_all)
        {
            if (known == name)
            {
                return type;
            }
        }

        return null;
    }

    /// <summary>What to say of a name that is no type's.</summary>
    public static string Unknown(string name)
    {
        (string nearest, int distance) = s_all.Select(type => (type.Name, Distance: Distance(type.Name, name))).MinBy(pair => pair.Distance);
        return distance <= 2 ? $"\"{name}\" is no type: did you mean \"{nearest}\"?" : $"\"{name}\" is no type: use string, integer, number, boolean, object, array or null.";
    }

    /// <summary>The names of a set, as a sentence has them: <c>a string or null</c>.</summary>
    public static string Spell(TypeSet types)
    {
        var names = new List<string>();
        foreach ((string name, TypeSet type) in s_all)
        {
            if ((types & type) == type && (name != "integer" || (types & TypeSet.Number) == TypeSet.None))
            {
                names.Add(name switch { "null" => "null", "integer" or "object" or "array" => "an " + name, _ => "a " + name });
            }
        }

        return names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names[..^1])} or {names[^1]}";
    }

    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[right.Length];
    }
}
