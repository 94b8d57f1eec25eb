using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Contracts;
using Causeway.Contracts.Registry;

namespace Causeway.Commands;

/// <summary><c>causeway contract register</c></summary>
internal sealed class ContractRegisterCommand : ClientVerb<ContractView>
{
    private const string StandardInput = "-";
    private const string Nothing = "none";
    private static readonly string[] s_coercions = [.. PolicyWords.Coercions.Select(known => known.Word)];
    private static readonly string[] s_defaults = [.. PolicyWords.WordsOf(ContractPolicy.Default.Coerce)];
    private static readonly string[] s_acts = [.. PolicyWords.Acts.Select(known => known.Word)];

    private readonly Argument<string> _name = new("NAME") { Description = "The contract's name: lower-case letters, digits, '.', '_' and '-'." };
    private readonly Argument<string> _file = new("FILE") { Description = "The JSON Schema; \"-\" is what comes in on standard input." };
    private readonly Option<string?> _coerce = new("--coerce")
    {
        HelpName = "LIST",
        Description = $"What may be mended beside {string.Join(", ", s_defaults)}: {string.Join(", ", s_coercions.Except(s_defaults))}. none: nothing at all.",
    };

    private readonly Option<string?> _onViolation = new("--on-violation")
    {
        HelpName = "LIST",
        Description = $"What is done about a violation, in this order. Default: {string.Join(',', s_acts)}",
    };

    private readonly Option<int?> _repairs = new("--repairs")
    {
        HelpName = "COUNT",
        Description = $"How often one model is asked to repair its answer, 0 to {PolicyWords.MaxRepairs}. Default: {ContractPolicy.Default.Repairs}",
    };

    private readonly Surroundings _surroundings;
    private JsonElement _schema;

    public ContractRegisterCommand(Surroundings surroundings)
        : base("register", "Register a contract: the next version of a name.", surroundings)
    {
        _surroundings = surroundings;
        _coerce.Validators.Add(result => Check(result, _coerce, [Nothing, .. s_coercions]));
        _onViolation.Validators.Add(result => Check(result, _onViolation, s_acts));
        Add(_name);
        Add(_file);
        Takes(
            [_coerce, _onViolation, _repairs],
            "causeway contract register invoice invoice.schema.json",
            "causeway contract register invoice invoice.schema.json --coerce enum_case,numeric_strings --on-violation repair,fail --repairs 2",
            "npx tsx print-schema.ts | causeway contract register invoice - --coerce none");
    }

    /// <summary>What is told of a version below its name.</summary>
    public static void ShowVersion(ContractView contract, Screen screen) => screen.Pairs(
        ("Id", contract.Id),
        ("Schema", contract.SchemaDigest),
        ("May mend", contract.Coerce.Count == 0 ? "nothing" : string.Join(", ", contract.Coerce)),
        ("On violation", string.Join(", ", contract.OnViolation)),
        ("Repairs", contract.Repairs.ToString(CultureInfo.InvariantCulture)),
        ("Registered", Figures.Time(contract.CreatedAt)));

    protected override string? Prepare(ParseResult parsed)
    {
        string file = parsed.GetRequiredValue(_file);
        string source = file == StandardInput ? "stdin" : file;
        (string? text, string? problem) = file == StandardInput ? ReadInput() : TextFile.Read(file);
        if (text is null)
        {
            return $"{source} {problem}.";
        }

        try
        {
            _schema = JsonElement.Parse(text, AdminJson.Document);
            return null;
        }
        catch (JsonException failure)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"{source}:{failure.LineNumber + 1 ?? 1}:{failure.BytePositionInLine + 1 ?? 1}  is not JSON from here on.");
        }
    }

    protected override AdminRequest Ask(ParseResult parsed)
    {
        var body = new RegisterContractRequest
        {
            Name = parsed.GetRequiredValue(_name),
            Schema = _schema,
            Coerce = Words(parsed.GetValue(_coerce)) is { } words ? words is [Nothing] ? [] : [.. s_defaults.Union(words)] : null,
            OnViolation = Words(parsed.GetValue(_onViolation)),
            Repairs = parsed.GetValue(_repairs),
        };
        return new AdminRequest(HttpMethod.Post, "/contracts", JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.RegisterContractRequest));
    }

    // The name with its version is a line of its own and the first: "causeway contract register … | head -1" is what a release takes.
    protected override void Show(ContractView answer, Connection connection, Screen screen)
    {
        screen.Accent(answer.FullName());
        screen.Line();
        ShowVersion(answer, screen);
        screen.Line();
        screen.Remark($"Callers ask for it with the header \"x-causeway-contract: {answer.Name}\", releases with: causeway release new --contract {answer.Name} …");
    }

    private static string[]? Words(string? list) => list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static void Check(System.CommandLine.Parsing.OptionResult result, Option<string?> option, string[] known)
    {
        string[] words = Words(result.GetValueOrDefault<string?>()) ?? [];
        foreach (string word in words.Except(known))
        {
            result.AddError($"{option.Name} \"{Printable.Cut(word)}\" is not one of: {string.Join(", ", known)}{Nearest.To(word, known)}");
        }

        if (words.Length == 0 || (words.Length > 1 && words.Contains(Nothing)))
        {
            result.AddError(words.Length == 0 ? $"{option.Name} names nothing." : $"{option.Name} {Nothing} stands alone.");
        }
    }

    private (string? Text, string? Problem) ReadInput()
    {
        using Stream input = _surroundings.Input();
        return TextFile.Read(input);
    }
}
