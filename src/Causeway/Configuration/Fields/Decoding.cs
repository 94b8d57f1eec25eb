using Causeway.Configuration.Yaml;

namespace Causeway.Configuration.Fields;

/// <summary>What decoding one file shares: where values come from and where mistakes go.</summary>
/// <param name="Findings">Every mistake.</param>
/// <param name="Sources">Environment and files.</param>
/// <param name="Folder">The configuration file's folder, where relative paths start.</param>
/// <param name="IsComplete">False when the file could be read only in part: then nothing is reported as missing.</param>
internal sealed record Decoding(Findings Findings, ConfigurationSources Sources, string Folder, bool IsComplete)
{
    /// <summary>Gives a scalar's text with its references replaced, or reports why not.</summary>
    /// <param name="scalar">The scalar.</param>
    /// <param name="path">Its field, for messages.</param>
    /// <param name="takesReferences">Whether references are read here at all.</param>
    /// <param name="text">The text, when the answer is true.</param>
    /// <param name="isFromOutside">Whether a part of the text comes from the environment and must not be shown.</param>
    public bool TryResolve(YamlScalar scalar, string path, bool takesReferences, out string text, out bool isFromOutside)
    {
        text = scalar.Text;
        isFromOutside = false;
        if (!References.Occur(text))
        {
            return true;
        }

        if (!takesReferences)
        {
            Findings.Error(scalar.At, path, "does not take ${…} references; write the value itself");
            return false;
        }

        text = References.Expand(text, Sources.Environment, out List<string> problems, out List<string> names);
        foreach (string problem in problems.Distinct())
        {
            Findings.Error(scalar.At, path, problem);
        }

        isFromOutside = names.Count > 0;
        return problems.Count == 0;
    }

    /// <summary>Reports a node of the wrong kind. A refused one was reported before.</summary>
    public void WrongKind(YamlNode node, string path, string expected, string allowed)
    {
        if (node is not YamlRefused)
        {
            Findings.Error(node.At, path, $"has {node.Kind} where {expected} belongs {allowed}".TrimEnd());
        }
    }
}
