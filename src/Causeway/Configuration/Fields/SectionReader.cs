using Causeway.Configuration.Yaml;

namespace Causeway.Configuration.Fields;

/// <summary>Reads one section of the file by its rows of the table, and reports everything in it that is no good value.</summary>
internal sealed class SectionReader
{
    private readonly Section section;
    private readonly YamlMapping mapping;
    private readonly string path;
    private readonly Decoding decoding;
    private readonly HashSet<Member> read = [];
    private readonly HashSet<Member> failed = [];

    private SectionReader(Section section, YamlMapping mapping, string path, Decoding decoding)
    {
        this.section = section;
        this.mapping = mapping;
        this.path = path;
        this.decoding = decoding;
    }

    /// <summary>Reads a section whose rows <paramref name="bind"/> reads one by one.</summary>
    /// <exception cref="InvalidOperationException"><paramref name="bind"/> forgot a row: a field that is documented and ignored.</exception>
    public static T Read<T>(Section section, YamlMapping mapping, string path, Decoding decoding, Func<SectionReader, T> bind)
    {
        SectionReader reader = new(section, mapping, path, decoding);
        T value = bind(reader);
        if (section.Members.FirstOrDefault(member => !reader.read.Contains(member)) is { } forgotten)
        {
            throw new InvalidOperationException($"Nothing reads {FieldPath.Child(path, forgotten.Name)}.");
        }

        reader.ReportUnknown();
        return value;
    }

    /// <summary>The field's value, or its default. After a mistake it is the default too, and no configuration comes of it.</summary>
    public T Value<T>(Field<T> field)
    {
        read.Add(field);
        if (Find(field) is not { } entry)
        {
            if (field.IsRequired)
            {
                ReportMissing(field, $"is required: {field.AnyType.Noun} ({field.AnyType.Allowed})");
            }

            return field.Default!;
        }

        if (entry.Value is YamlScalar { IsEmpty: true })
        {
            string way = field.IsRequired ? "" : "; write one, or leave the line out";
            string standard = field.Standard is null ? "" : $", default {field.Standard}";
            Reject(field, $"has no value{way} ({field.AnyType.Allowed}{standard})");
            return field.Default!;
        }

        if (field.Type.TryDecode(entry.Value, PathOf(field), field.Standard, decoding, out T? value))
        {
            return value!;
        }

        failed.Add(field);
        return field.Default!;
    }

    /// <summary>The field's value, or null when it is not set.</summary>
    public T? ValueIfSet<T>(Field<T> field)
        where T : struct
    {
        T value = Value(field);
        return IsSet(field) ? value : null;
    }

    /// <summary>A section, which may be left out when nothing in it is required.</summary>
    public T One<T>(Section child, Func<SectionReader, T> bind)
    {
        read.Add(child);
        YamlMapping fields = new(mapping.At);
        if (Find(child) is { } entry)
        {
            // All lines of a section may be commented out.
            fields = entry.Value as YamlMapping ?? new YamlMapping(entry.NameAt);
            if (entry.Value is not (YamlMapping or YamlScalar { IsEmpty: true }))
            {
                WrongKind(child, entry.Value);

                // What is missing in it is part of the same mistake.
                return Read(child, fields, PathOf(child), decoding with { IsComplete = false }, bind);
            }
        }

        return Read(child, fields, PathOf(child), decoding, bind);
    }

    /// <summary>A section that may be left out as a whole; null when it is, or when it is no group of fields.</summary>
    public T? Optional<T>(Section child, Func<SectionReader, T> bind)
        where T : class
    {
        read.Add(child);
        if (Find(child) is not { } entry)
        {
            return null;
        }

        if (entry.Value is YamlMapping fields)
        {
            return Read(child, fields, PathOf(child), decoding, bind);
        }

        if (entry.Value is YamlScalar { IsEmpty: true })
        {
            Reject(child, $"has no fields; write them, or leave the line out {Names(child)}");
        }
        else
        {
            WrongKind(child, entry.Value);
        }

        return null;
    }

    /// <summary>A list of sections with at least one item; none where it may be missing and is.</summary>
    public IReadOnlyList<T> List<T>(Section child, Func<SectionReader, T> bind)
    {
        read.Add(child);
        if (Find(child) is not { } entry)
        {
            if (child.IsRequired)
            {
                ReportMissing(child, "is required: a list with one item or more");
            }

            return [];
        }

        if (entry.Value is not YamlSequence sequence)
        {
            if (entry.Value is YamlScalar { IsEmpty: true })
            {
                Reject(child, "has no items; write one or more");
            }
            else
            {
                WrongKind(child, entry.Value);
            }

            return [];
        }

        if ((sequence.Items.Count == 0 && decoding.IsComplete) || sequence.Items.Count > child.MaxItems)
        {
            Reject(child, sequence.Items.Count == 0 ? "has no items; write one or more" : Number($"has more than {child.MaxItems} items"));
            return [];
        }

        List<T> items = [];
        for (int i = 0; i < sequence.Items.Count; i++)
        {
            string itemPath = Number($"{PathOf(child)}[{i}]");
            if (sequence.Items[i] is YamlMapping fields)
            {
                items.Add(Read(child, fields, itemPath, decoding, bind));
            }
            else
            {
                decoding.WrongKind(sequence.Items[i], itemPath, "a group of fields", Names(child));
            }
        }

        return items;
    }

    /// <summary>Sections under names that the operator chose.</summary>
    public IReadOnlyDictionary<string, T> Named<T>(Section child, Func<SectionReader, T> bind)
    {
        read.Add(child);
        Dictionary<string, T> items = [];
        if (Find(child) is not { } entry || entry.Value is YamlScalar { IsEmpty: true })
        {
            return items;
        }

        if (entry.Value is not YamlMapping named)
        {
            WrongKind(child, entry.Value);
            return items;
        }

        if (named.Entries.Count > child.MaxItems)
        {
            Reject(child, Number($"has more than {child.MaxItems} items"));
            return items;
        }

        foreach (YamlEntry item in named.Entries)
        {
            string itemPath = FieldPath.Child(PathOf(child), item.Name);
            if (string.IsNullOrWhiteSpace(item.Name))
            {
                decoding.Findings.Error(item.NameAt, itemPath, "has no name");
            }
            else if (item.Value is YamlMapping fields)
            {
                items.Add(item.Name, Read(child, fields, itemPath, decoding, bind));
            }
            else
            {
                decoding.WrongKind(item.Value, itemPath, "a group of fields", Names(child));
            }
        }

        return items;
    }

    public bool IsSet(Member member) => Find(member) is not null;

    /// <summary>True when the value is usable: it was not set, or was set well.</summary>
    public bool IsGood(Member member) => !failed.Contains(member);

    /// <summary>Reports a value that does not go together with others.</summary>
    public void Reject(Member member, string message)
    {
        failed.Add(member);
        decoding.Findings.Error(PlaceOf(member), PathOf(member), message);
    }

    /// <summary>Reports a value that works and is unwise.</summary>
    public void Warn(Member member, string message) => decoding.Findings.Warn(PlaceOf(member), PathOf(member), message);

    /// <summary>Reports a member that other values make necessary.</summary>
    public void ReportMissing(Member member, string message)
    {
        failed.Add(member);
        if (decoding.IsComplete)
        {
            decoding.Findings.Error(mapping.At, PathOf(member), message);
        }
    }

    private YamlEntry? Find(Member member)
    {
        int index = mapping.Entries.FindIndex(entry => entry.Name == member.Name);
        return index < 0 ? null : mapping.Entries[index];
    }

    private Position PlaceOf(Member member) => Find(member) switch
    {
        null => mapping.At,
        { Value: YamlScalar { IsEmpty: true } } entry => entry.NameAt,
        { } entry => entry.Value.At,
    };

    private string PathOf(Member member) => FieldPath.Child(path, member.Name);

    private void WrongKind(Section child, YamlNode node)
    {
        failed.Add(child);
        decoding.WrongKind(node, PathOf(child), child.Kind is SectionKind.List ? "a list" : "a group of fields", Names(child));
    }

    private void ReportUnknown()
    {
        IEnumerable<string> names = section.Members.Select(member => member.Name);
        foreach (YamlEntry entry in mapping.Entries)
        {
            if (!names.Contains(entry.Name))
            {
                string hint = NearestMatch.Find(entry.Name, names) is { } near ? $"; did you mean \"{near}\"?"
                    : FieldTable.PlaceOf(entry.Name) is { } place ? $"; there is one at {place}"
                    : "";
                decoding.Findings.Error(entry.NameAt, FieldPath.Child(path, entry.Name), $"is not a field{hint} {Names(section)}");
            }
        }
    }

    private static string Names(Section section) => section.Kind is SectionKind.Named && section.Members.Count == 0
        ? ""
        : $"({Shown.Either([.. section.Members.Select(member => member.Name)])})";

    private static string Number(FormattableString text) => FormattableString.Invariant(text);
}
