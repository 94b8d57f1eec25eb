using System.CommandLine;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Contracts;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Schemas;

namespace Causeway.Commands;

/// <summary><c>causeway contract check</c>: what becomes of a schema in every dialect. Needs no server.</summary>
internal sealed class ContractCheckCommand : Command
{
    private const string StandardInput = "-";

    private readonly Argument<string?> _file = new("FILE") { Description = "The JSON Schema; - reads standard input.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _for = new("--for") { HelpName = "DIALECTS", Description = "Only these, with every detail: openai,anthropic,gemini. Default: a line for each of all." };
    private readonly Option<string?> _model = new("--model") { HelpName = "MODEL", Description = "As the provider calls it. Default: one that the dialect serves best." };
    private readonly Option<bool> _json = new("--json") { Description = "Print everything as JSON." };
    private readonly Surroundings _surroundings;

    public ContractCheckCommand(Surroundings surroundings)
        : base("check", "Say how a schema would travel to each provider: what is rewritten, what is lost, what is impossible.")
    {
        _surroundings = surroundings;
        Add(_file);
        Add(_for);
        Add(_model);
        Add(_json);
        SetAction(Run);
        this.WithExamples(
            "causeway contract check schema.json",
            "causeway contract check schema.json --for openai,anthropic,gemini",
            "cat schema.json | causeway contract check --for anthropic --model claude-3-5-haiku-latest --json");
    }

    private int Run(ParseResult parsed)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        (IReadOnlyList<DialectProfile> dialects, string? problem) = Chosen(parsed.GetValue(_for));
        string? schemaProblem = null;
        JsonSchema? schema = problem is null ? Read(parsed.GetValue(_file), out schemaProblem) : null;
        if (schema is null)
        {
            error.WriteLine(problem ?? schemaProblem);
            return ExitCodes.Usage;
        }

        var check = ContractCheck.Of(schema, parsed.GetValue(_model), dialects);
        if (parsed.GetValue(_json))
        {
            output.WriteLine(JsonSerializer.Serialize(check, AdminJson.Indented.ContractCheck));
        }
        else
        {
            ContractCheckReport.Show(check.Dialects, inDetail: parsed.GetValue(_for) is not null, new Screen(output, _surroundings.WantsStyle(output)));
        }

        return check.Holds() ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static (IReadOnlyList<DialectProfile> Dialects, string? Problem) Chosen(string? names)
    {
        if (names is null)
        {
            return (DialectCatalogue.All, null);
        }

        List<DialectProfile> chosen = [];
        foreach (string name in names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (DialectCatalogue.Find(name) is not { } dialect)
            {
                string known = string.Join(", ", DialectCatalogue.All.Select(profile => profile.Name));
                return ([], $"--for {Printable.Cut(name)} is not a dialect{Nearest.To(name, DialectCatalogue.All.SelectMany(profile => profile.Aliases.Prepend(profile.Name)))}\n  Known are: {known}");
            }

            if (!chosen.Contains(dialect))
            {
                chosen.Add(dialect);
            }
        }

        return chosen.Count == 0 ? ([], "--for names no dialect. Write for example: --for openai,anthropic") : (chosen, null);
    }

    private JsonSchema? Read(string? file, out string? problem)
    {
        bool isInput = file is StandardInput || (file is null && _surroundings.IsInputPiped());
        if (!isInput && file is null)
        {
            problem = "Which schema? Write: causeway contract check FILE, or pipe it in.";
            return null;
        }

        string source = isInput ? "standard input" : file!;
        (string? text, string? fault) = isInput ? FromInput() : TextFile.Read(file!);
        if (text is null)
        {
            problem = $"The schema {source} {fault}.";
            return null;
        }

        try
        {
            problem = NotJson(text, source);
            return problem is null ? JsonSchema.Parse(Encoding.UTF8.GetBytes(text)) : null;
        }
        catch (SchemaException failure)
        {
            problem = $"{source}  {(failure.Pointer.Length == 0 ? "the schema" : failure.Pointer)}: {failure.Message}";
            return null;
        }
    }

    private (string? Text, string? Problem) FromInput()
    {
        using Stream input = _surroundings.Input();
        return TextFile.Read(input);
    }

    // Where the text is no JSON at all, an editor wants line and column.
    private static string? NotJson(string text, string source)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = SchemaLimits.MaxDepth });
            return null;
        }
        catch (JsonException failure)
        {
            string place = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{source}:{failure.LineNumber + 1}:{failure.BytePositionInLine + 1}");
            int end = failure.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            return $"{place}  this is no JSON: {(end < 0 ? failure.Message : failure.Message[..end])}";
        }
    }
}
