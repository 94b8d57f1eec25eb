using System.Text.Json;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Configuration.Yaml;

namespace Causeway.Configuration.Fields;

/// <summary>The master keys of capability keys, from a file or the environment. In the configuration itself they are refused: whoever reads them can make any key.</summary>
internal sealed class MasterKeysType : FieldType<MasterKeys>
{
    public override string Noun => "master keys";

    public override string Allowed => "${NAME} or file:PATH, with the text of keys.master";

    public override bool TakesReferences => true;

    public override string Format(MasterKeys value) => "***";

    public override void WriteSchema(Utf8JsonWriter json) => json.WriteString("type", "string");

    public override bool TryDecode(YamlNode node, string path, string? standard, Decoding decoding, out MasterKeys? value)
    {
        value = null;
        if (node is not YamlScalar scalar)
        {
            decoding.WrongKind(node, path, Noun, AllowedWith(standard));
            return false;
        }

        bool isFile = SecretFile.IsNamed(scalar, out YamlScalar source);
        if (!decoding.TryResolve(source, path, takesReferences: true, out string text, out bool isFromOutside)
            || (isFile && !SecretFile.TryRead(source, path, text, decoding, out text)))
        {
            return false;
        }

        if (!isFile && !isFromOutside)
        {
            decoding.Findings.Error(node.At, path, $"stands in the file, where every reader of the file sees it {AllowedWith(standard)}");
            return false;
        }

        (value, string? problem) = MasterKeys.Parse(text);
        if (problem is not null)
        {
            decoding.Findings.Error(node.At, path, $"{(isFile ? "the file " + Shown.Quoted(source.Text) : "the variable")} holds no master keys: {problem}");
        }

        return value is not null;
    }
}
