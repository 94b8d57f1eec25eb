using System.Collections.Immutable;
using Causeway.Admin.Releases;
using Causeway.Configuration;
using Causeway.Configuration.Yaml;
using Causeway.Releases.Channels;
using Causeway.Releases.Parameters;
using Causeway.Releases.Releases;

namespace Causeway.Admin.Policy;

/// <summary>Reads a policy document (YAML, docs/releases.md) and reports every mistake in it with its place.</summary>
internal sealed class PolicyReader
{
    public const string Releases = "releases";
    public const string Channels = "channels";

    private const string PinForm = "provider/model, such as openai/gpt-5.5-2026-04-23";
    private const string ContractForm = "a registered contract, such as invoice or invoice@3";
    private const string ReleaseForm = "a label of this document, or a release's id";
    private static readonly string[] s_parts = [Releases, Channels];
    private static readonly string[] s_release = ["pins", "prompt", "prompt_file", "params", "contract", "allow_alias"];
    private static readonly string[] s_channel = ["release", "unsupported", "conformance"];
    private static readonly string[] s_switch = ["true", "false"];
    private static readonly string[] s_unsupported = ["deny", "drop"];
    private static readonly string[] s_conformance = ["off", "warn", "require"];
    private readonly PolicyFields _fields;
    private readonly bool _isComplete;

    private PolicyReader(PolicyFields fields, bool isComplete) => (_fields, _isComplete) = (fields, isComplete);

    /// <summary>Reads what can be read; what cannot is among the findings.</summary>
    public static WrittenPolicy Read(string text, Findings findings)
    {
        YamlTree tree = YamlReader.Read(text, findings);
        var reader = new PolicyReader(new PolicyFields(findings), tree.IsComplete);
        if (tree.Root is null or YamlScalar { IsEmpty: true })
        {
            if (tree.IsComplete)
            {
                findings.Error(new Position(1, 1), "", $"is empty; a policy has {Shown.Either(s_parts)}, or both");
            }

            return new WrittenPolicy([], []);
        }

        return reader.ReadParts(tree.Root);
    }

    private WrittenPolicy ReadParts(YamlNode root)
    {
        var releases = new List<WrittenRelease>();
        var channels = new List<WrittenChannel>();
        foreach (YamlEntry part in _fields.Known(root, "", s_parts))
        {
            foreach (YamlEntry entry in _fields.Entries(part.Value, part.Name))
            {
                string path = FieldPath.Child(part.Name, entry.Name);
                if (part.Name == Releases)
                {
                    releases.Add(ReadRelease(entry, path));
                }
                else if (ReadChannel(entry, path) is { } channel)
                {
                    channels.Add(channel);
                }
            }
        }

        return new WrittenPolicy(releases, channels);
    }

    private WrittenRelease ReadRelease(YamlEntry entry, string path)
    {
        if (Release.LabelProblem(entry.Name) is { } problem)
        {
            _fields.Findings.Error(entry.NameAt, path, problem);
        }

        var places = new Dictionary<string, Position>(StringComparer.Ordinal) { [""] = entry.NameAt };
        IReadOnlyList<string>? pins = null;
        string? prompt = null;
        string? contract = null;
        bool allowAlias = false;
        ReleaseParameters parameters = ReleaseParameters.None;
        bool hasPins = false;
        foreach (YamlEntry field in _fields.Known(entry.Value, path, s_release))
        {
            string fieldPath = FieldPath.Child(path, field.Name);
            places[field.Name] = field.Value.At;
            switch (field.Name)
            {
                case "pins":
                    hasPins = true;
                    pins = ReadPins(field.Value, fieldPath, places);
                    break;
                case "prompt":
                    prompt = _fields.Text(field.Value, fieldPath, "text");
                    break;
                case "prompt_file":
                    _fields.Findings.Error(field.NameAt, fieldPath, "is read by \"causeway apply\", where the file is; send its text as prompt");
                    break;
                case "params":
                    parameters = ReadParameters(field.Value, fieldPath);
                    break;
                case "contract":
                    contract = _fields.Text(field.Value, fieldPath, ContractForm);
                    break;
                default:
                    allowAlias = _fields.Word(field.Value, fieldPath, s_switch) == "true";
                    break;
            }
        }

        if (!hasPins && _isComplete && entry.Value is YamlMapping or YamlScalar { IsEmpty: true })
        {
            _fields.Findings.Error(entry.NameAt, $"{path}.pins", $"is required: a list of {PinForm}");
        }

        return new WrittenRelease(
            entry.Name,
            pins is null ? null : new ReleaseDraft { Pins = pins, Prompt = prompt, Parameters = parameters, Contract = contract, AllowAlias = allowAlias },
            places);
    }

    private string[]? ReadPins(YamlNode node, string path, Dictionary<string, Position> places)
    {
        if (_fields.Texts(node, path, PinForm, orOne: false) is not { } pins)
        {
            return null;
        }

        for (int i = 0; i < pins.Count; i++)
        {
            places[$"pins[{i}]"] = pins[i].At;
        }

        return [.. pins.Select(pin => pin.Text)];
    }

    private ReleaseParameters ReadParameters(YamlNode node, string path)
    {
        ImmutableSortedDictionary<string, ParameterValue>.Builder values = ReleaseParameters.None.Values.ToBuilder();
        foreach (YamlEntry entry in _fields.Known(node, path, [.. ReleaseParameters.Rules.Keys]))
        {
            ParameterRule rule = ReleaseParameters.Rules[entry.Name];
            string entryPath = FieldPath.Child(path, entry.Name);
            if (_fields.Texts(entry.Value, entryPath, rule.Allowed, orOne: true) is not { } texts)
            {
                continue;
            }

            if (rule.Read([.. texts.Select(text => text.Text)]) is { } value)
            {
                values[entry.Name] = value;
            }
            else
            {
                _fields.Findings.Error(entry.Value.At, entryPath, $"{Shown.Value(string.Join(", ", texts.Select(text => text.Text)))} is not {rule.Allowed}");
            }
        }

        return new ReleaseParameters(values.ToImmutable());
    }

    private WrittenChannel? ReadChannel(YamlEntry entry, string path)
    {
        if (ReleaseChannel.NameProblem(entry.Name) is { } problem)
        {
            _fields.Findings.Error(entry.NameAt, path, problem);
        }

        (string Text, Position At)? release = null;
        UnsupportedFields unsupported = UnsupportedFields.Deny;
        ConformanceRule conformance = ConformanceRule.Warn;
        bool hasRelease = false;
        foreach (YamlEntry field in _fields.Known(entry.Value, path, s_channel))
        {
            string fieldPath = FieldPath.Child(path, field.Name);
            if (field.Name == "unsupported")
            {
                unsupported = _fields.Word(field.Value, fieldPath, s_unsupported) == "drop" ? UnsupportedFields.Drop : UnsupportedFields.Deny;
                continue;
            }

            if (field.Name == "conformance")
            {
                conformance = _fields.Word(field.Value, fieldPath, s_conformance) switch
                {
                    "off" => ConformanceRule.Off,
                    "require" => ConformanceRule.Require,
                    _ => ConformanceRule.Warn,
                };
                continue;
            }

            hasRelease = true;
            if (_fields.Text(field.Value, fieldPath, ReleaseForm) is { } text)
            {
                release = (text, field.Value.At);
            }
        }

        if (!hasRelease && _isComplete && entry.Value is YamlMapping or YamlScalar { IsEmpty: true })
        {
            _fields.Findings.Error(entry.NameAt, $"{path}.release", $"is required: {ReleaseForm}");
        }

        return release is { } points ? new WrittenChannel(entry.Name, points.Text, points.At, unsupported, conformance) : null;
    }
}
