using Causeway.Configuration;
using Causeway.Configuration.Yaml;

namespace Causeway.Admin.Policy;

/// <summary>Reads the pieces of a policy document, and reports what is none.</summary>
/// <param name="findings">Where mistakes go.</param>
internal sealed class PolicyFields(Findings findings)
{
    /// <summary>Where mistakes go.</summary>
    public Findings Findings { get; } = findings;

    /// <summary>The fields of a group that are known by these names; others are reported.</summary>
    public IEnumerable<YamlEntry> Known(YamlNode node, string path, string[] names)
    {
        foreach (YamlEntry entry in Entries(node, path))
        {
            if (names.Contains(entry.Name))
            {
                yield return entry;
            }
            else
            {
                Findings.Error(entry.NameAt, FieldPath.Child(path, entry.Name), $"is not a field{Nearest.To(entry.Name, names)} ({Shown.Either(names)})");
            }
        }
    }

    /// <summary>The entries of a group. All of its lines may be commented out.</summary>
    public IEnumerable<YamlEntry> Entries(YamlNode node, string path)
    {
        if (node is YamlMapping mapping)
        {
            return mapping.Entries;
        }

        if (node is not YamlScalar { IsEmpty: true })
        {
            WrongKind(node, path, "a group of fields");
        }

        return [];
    }

    /// <summary>The text of a field, or null.</summary>
    public string? Text(YamlNode node, string path, string allowed)
    {
        if (node is YamlScalar { IsEmpty: false } scalar)
        {
            return scalar.Text;
        }

        if (node is YamlScalar)
        {
            Findings.Error(node.At, path, $"has no value ({allowed})");
        }
        else
        {
            WrongKind(node, path, allowed);
        }

        return null;
    }

    /// <summary>The texts of a list, each with its place; a single value where <paramref name="orOne"/> allows it. Null: a mistake was reported.</summary>
    public IReadOnlyList<(string Text, Position At)>? Texts(YamlNode node, string path, string allowed, bool orOne)
    {
        if (node is not YamlSequence list)
        {
            if (orOne)
            {
                return Text(node, path, allowed) is { } one ? [(one, node.At)] : null;
            }

            WrongKind(node, path, "a list");
            return null;
        }

        var texts = new List<(string, Position)>();
        for (int i = 0; i < list.Items.Count; i++)
        {
            if (Text(list.Items[i], $"{path}[{i}]", allowed) is { } text)
            {
                texts.Add((text, list.Items[i].At));
            }
        }

        return texts.Count == list.Items.Count ? texts : null;
    }

    /// <summary>One of a few words, or null.</summary>
    public string? Word(YamlNode node, string path, string[] words)
    {
        string? text = Text(node, path, Shown.Either(words));
        if (text is null || words.Contains(text))
        {
            return text;
        }

        Findings.Error(node.At, path, $"{Shown.Value(text)} is not one of its words{Nearest.To(text, words)} ({Shown.Either(words)})");
        return null;
    }

    // A refused node was reported where it was read.
    private void WrongKind(YamlNode node, string path, string expected)
    {
        if (node is not YamlRefused)
        {
            Findings.Error(node.At, path, $"has {node.Kind} where {expected} belongs");
        }
    }
}
