using System.Text.Json;
using Causeway.Configuration.Yaml;

namespace Causeway.Configuration.Fields;

/// <summary>What the reference page and the JSON Schema say of a type.</summary>
internal interface IFieldType
{
    /// <summary>With its article, for messages: <c>a duration</c>.</summary>
    string Noun { get; }

    /// <summary>The values that are allowed, in words: <c>1s to 10m</c>.</summary>
    string Allowed { get; }

    /// <summary>Whether <c>${NAME}</c> is read in its values.</summary>
    bool TakesReferences { get; }

    /// <summary>Writes the members of a JSON Schema (draft 7) object.</summary>
    void WriteSchema(Utf8JsonWriter json);
}

/// <summary>How a piece of the file becomes a value.</summary>
internal abstract class FieldType<T> : IFieldType
{
    public abstract string Noun { get; }

    public abstract string Allowed { get; }

    public virtual bool TakesReferences => false;

    public abstract void WriteSchema(Utf8JsonWriter json);

    /// <summary>A value as the file would spell it.</summary>
    public abstract string Format(T value);

    /// <summary>Decodes a node or reports why not.</summary>
    /// <param name="node">Not empty.</param>
    /// <param name="path">The field, for messages.</param>
    /// <param name="standard">The field's default in words, for messages; null: there is none.</param>
    /// <param name="decoding">Where references are resolved and mistakes are reported.</param>
    /// <param name="value">The value, when the answer is true.</param>
    public abstract bool TryDecode(YamlNode node, string path, string? standard, Decoding decoding, out T? value);

    protected string AllowedWith(string? standard) => standard is null ? $"({Allowed})" : $"({Allowed}, default {standard})";
}

/// <summary>A type whose values are single scalars.</summary>
internal abstract class ScalarType<T> : FieldType<T>
{
    /// <summary>Reads the text of a scalar.</summary>
    /// <param name="text">Trimmed of nothing, references resolved.</param>
    /// <param name="value">The value, when the answer is true.</param>
    /// <param name="problem">
    /// When the answer is false, the rest of a sentence that starts with the value: <c>has no unit; write "90s"</c>. A type that takes
    /// references must not repeat the text here: it may have come from the environment.
    /// </param>
    /// <param name="decoding">For what depends on the file's folder.</param>
    protected abstract bool TryParse(string text, Decoding decoding, out T? value, out string problem);

    /// <summary>The value as a message may show it.</summary>
    protected virtual string Show(string raw) => Shown.Value(raw);

    public override bool TryDecode(YamlNode node, string path, string? standard, Decoding decoding, out T? value)
    {
        value = default;
        if (node is not YamlScalar scalar)
        {
            decoding.WrongKind(node, path, Noun, AllowedWith(standard));
            return false;
        }

        if (!decoding.TryResolve(scalar, path, TakesReferences, out string text, out bool isFromOutside))
        {
            return false;
        }

        if (TryParse(text, decoding, out value, out string problem))
        {
            return true;
        }

        string subject = isFromOutside ? "the value of " + Show(scalar.Text) : Show(scalar.Text);
        decoding.Findings.Error(node.At, path, $"{subject} {problem} {AllowedWith(standard)}");
        return false;
    }
}
