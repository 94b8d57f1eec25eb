using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Releases;
using Causeway.Releases.Parameters;

namespace Causeway.Commands;

/// <summary><c>causeway release new</c></summary>
internal sealed class ReleaseNewCommand : ClientVerb<ReleaseView>
{
    private readonly Option<string[]> _pins = new("--pin") { HelpName = "PROVIDER/MODEL", Required = true, Description = "What answers. Again for what is tried next." };
    private readonly Option<FileInfo?> _prompt = new("--prompt") { HelpName = "FILE", Description = "A file with the text that goes before the caller's own instructions." };
    private readonly Option<string[]> _params = new("--param") { HelpName = "NAME=VALUE", Description = $"A parameter to set: {string.Join(", ", ReleaseParameters.Rules.Keys)}. Again for more." };
    private readonly Option<string?> _contract = new("--contract") { HelpName = "NAME[@VERSION]", Description = "A registered contract that every answer follows. Without a version: the newest of now." };
    private readonly Option<string?> _label = new("--label") { HelpName = "TEXT", Description = "A note for people; not part of the id." };
    private readonly Option<bool> _allowAlias = new("--allow-alias") { Description = "Keep aliases as they are, floating, instead of the snapshots behind them." };
    private string? _text;

    public ReleaseNewCommand(Surroundings surroundings)
        : base("new", "Make a release: what answers, with which prompt and parameters.", surroundings)
    {
        _params.Validators.Add(result =>
        {
            foreach (string problem in Parameters(result.GetValueOrDefault<string[]>() ?? []).Problems)
            {
                result.AddError(problem);
            }
        });
        Takes(
            [_pins, _prompt, _params, _contract, _label, _allowAlias],
            "causeway release new --pin openai/gpt-5.5 --pin anthropic/claude-opus-5-5",
            "causeway release new --pin openai/gpt-5.5 --prompt prompt.txt --param temperature=0.2 --param max_output_tokens=800",
            "causeway release new --pin openai/gpt-5.5 --pin anthropic/claude-opus-5-5 --contract invoice",
            "causeway release new --pin gemini/gemini-flash-latest --allow-alias --json | jq -r .id");
    }

    protected override string? Prepare(ParseResult parsed)
    {
        if (parsed.GetValue(_prompt) is not { } file)
        {
            return null;
        }

        (_text, string? problem) = TextFile.Read(file.FullName);
        return problem is null ? null : $"The prompt {file.FullName} {problem}.";
    }

    protected override AdminRequest Ask(ParseResult parsed)
    {
        var body = new CreateReleaseRequest
        {
            Pins = parsed.GetRequiredValue(_pins),
            Prompt = _text,
            Parameters = Write(Parameters(parsed.GetValue(_params) ?? []).Values),
            Contract = parsed.GetValue(_contract),
            Label = parsed.GetValue(_label),
            AllowAlias = parsed.GetValue(_allowAlias),
        };
        return new AdminRequest(HttpMethod.Post, "/releases", JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.CreateReleaseRequest));
    }

    // The id is a line of its own and the first: "causeway release new … | head -1" is an id.
    protected override void Show(ReleaseView answer, Connection connection, Screen screen)
    {
        screen.Accent(answer.Id);
        screen.Line();
        ReleaseShowCommand.ShowContent(answer, screen);
        screen.Line();
        screen.Remark($"It serves nobody yet. Point a channel at it with: causeway channel new NAME --release {ReleaseShowCommand.Short(answer.Id)}");
    }

    private static JsonElement? Write(IReadOnlyDictionary<string, ParameterValue> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            foreach ((string name, ParameterValue value) in values)
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return JsonElement.Parse(text.ToArray());
    }

    private static (IReadOnlyDictionary<string, ParameterValue> Values, IReadOnlyList<string> Problems) Parameters(string[] given)
    {
        var values = new SortedDictionary<string, ParameterValue>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (IGrouping<string, string> parameter in given.GroupBy(pair => pair.Split('=')[0], StringComparer.Ordinal))
        {
            string shown = Printable.Cut(parameter.Key);
            string[] texts = [.. parameter.Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair[(parameter.Key.Length + 1)..] : "")];
            if (!ReleaseParameters.Rules.TryGetValue(parameter.Key, out ParameterRule? rule))
            {
                problems.Add($"--param {shown} is not a parameter{Nearest.To(parameter.Key, ReleaseParameters.Rules.Keys)}");
            }
            else if (texts.Length > 1 && !rule.TakesList)
            {
                problems.Add($"--param {shown} comes more than once.");
            }
            else if (rule.Read(texts) is { } value)
            {
                values[parameter.Key] = value;
            }
            else
            {
                problems.Add($"--param {shown} is {rule.Allowed}, such as --param {shown}=VALUE.");
            }
        }

        return (values, problems);
    }
}
