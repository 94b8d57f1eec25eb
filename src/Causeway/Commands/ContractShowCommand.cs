using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Admin.Contracts;

namespace Causeway.Commands;

/// <summary><c>causeway contract show</c></summary>
internal sealed class ContractShowCommand : ClientVerb<ContractDetail>
{
    private static readonly Column[] s_columns = [new("VERSION", ColumnKind.Number), new("ID", ColumnKind.Name), new("REGISTERED")];
    private static readonly JsonWriterOptions s_indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Argument<string> _name = new("NAME[@VERSION]") { Description = "The contract's name; the newest version unless one is named." };

    public ContractShowCommand(Surroundings surroundings)
        : base("show", "Show what a contract is, and its versions.", surroundings)
    {
        Add(_name);
        Takes([], "causeway contract show invoice", "causeway contract show invoice@2 --json | jq .schema > invoice.schema.json");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/contracts/" + Uri.EscapeDataString(parsed.GetRequiredValue(_name)));

    protected override void Show(ContractDetail answer, Connection connection, Screen screen)
    {
        screen.Accent(answer.Contract.FullName());
        screen.Line();
        ContractRegisterCommand.ShowVersion(answer.Contract, screen);
        screen.Line();
        foreach (string line in Indent(answer.Schema).Split('\n'))
        {
            screen.Line("  " + line.TrimEnd('\r'));
        }

        if (answer.Versions.Count > 1)
        {
            screen.Line();
            screen.Table(s_columns, answer.Versions.Select(version => (IReadOnlyList<string>)
                [Figures.Count(version.Version), ReleaseShowCommand.Short(version.Id), Figures.Time(version.CreatedAt)]));
        }
    }

    private static string Indent(JsonElement schema)
    {
        var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, s_indented))
        {
            schema.WriteTo(json);
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }
}
