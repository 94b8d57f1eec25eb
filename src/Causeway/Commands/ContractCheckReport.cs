using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Schemas;

namespace Causeway.Commands;

/// <summary>What <c>causeway contract check</c> found, for people and for machines.</summary>
internal static class ContractCheckReport
{
    private static readonly Column[] s_columns =
    [
        new("DIALECT", ColumnKind.Name), new("CARRIER"), new("CONTRACT"), new("REWRITES", ColumnKind.Number), new("LOSSES", ColumnKind.Number), new("NARROWED", ColumnKind.Number), new("AS OF"),
    ];

    public static void Show(IReadOnlyList<CheckedDialect> found, bool inDetail, Screen screen)
    {
        screen.Table(s_columns, found.Select(one => (IReadOnlyList<string>)
        [
            one.Dialect.Name,
            WordOf(one.Compiled.Carrier),
            WordOf(one.Verdict),
            Number(one.Compiled.Rewrites.Length),
            Number(one.Compiled.Losses.Count(loss => !loss.Narrows)),
            Number(one.Compiled.Losses.Count(loss => loss.Narrows)),
            one.Dialect.Date,
        ]));
        foreach (CheckedDialect one in found.Where(one => inDetail || one.Verdict == CheckVerdict.Impossible))
        {
            Detail(one, inDetail, screen);
        }

        screen.Line();
        screen.Remark("native: the provider holds the whole contract. enforced: Causeway holds what is lost, by looking at every answer.");
        if (!inDetail)
        {
            screen.Remark("Every detail of one dialect: causeway contract check FILE --for DIALECT");
        }
    }

    private static void Detail(CheckedDialect one, bool inDetail, Screen screen)
    {
        screen.Line();
        screen.Accent($"{one.Dialect.Title}: {WordOf(one.Verdict)}");
        foreach (Impossibility impossible in one.Compiled.Impossible)
        {
            screen.Line($"  impossible  {Place(impossible.Path)}  {impossible.Why}");
            screen.Line($"              {impossible.Fix}");
        }

        if (!inDetail)
        {
            return;
        }

        foreach (Loss loss in one.Compiled.Losses)
        {
            screen.Line($"  {(loss.Narrows ? "narrowed  " : "lost      ")}  {Place(loss.Path)}  {loss.Feature}: {loss.Why}");
        }

        foreach (Rewrite rewrite in one.Compiled.Rewrites)
        {
            screen.Line($"  rewritten   {Place(rewrite.Path)}  {rewrite.What}");
        }

        if (one.Compiled.Instruction is not null)
        {
            screen.Line("  in prompt   The schema also stands in the prompt: the provider does not show it to the model.");
        }
    }

    public static string ToJson(JsonSchema schema, string? model, IReadOnlyList<CheckedDialect> found)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("digest", schema.Digest.Text);
            json.WriteString("model", model);
            json.WriteStartArray("dialects");
            foreach (CheckedDialect one in found)
            {
                Write(json, one);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, CheckedDialect one)
    {
        CompiledContract compiled = one.Compiled;
        json.WriteStartObject();
        json.WriteString("dialect", one.Dialect.Name);
        json.WriteString("as_of", one.Dialect.Date);
        json.WriteString("carrier", WordOf(compiled.Carrier));
        json.WriteString("contract", WordOf(one.Verdict));
        json.WriteBoolean("strict", compiled.Strict);
        json.WriteBoolean("in_prompt", compiled.Instruction is not null);
        json.WriteBoolean("verbatim", compiled.IsVerbatim);
        List(json, "impossible", compiled.Impossible, impossible => [("path", impossible.Path), ("feature", impossible.Feature), ("why", impossible.Why), ("fix", impossible.Fix)]);
        List(json, "losses", compiled.Losses.Where(loss => !loss.Narrows), loss => [("path", loss.Path), ("feature", loss.Feature), ("why", loss.Why)]);
        List(json, "narrowed", compiled.Losses.Where(loss => loss.Narrows), loss => [("path", loss.Path), ("feature", loss.Feature), ("why", loss.Why)]);
        List(json, "rewrites", compiled.Rewrites, rewrite => [("path", rewrite.Path), ("feature", rewrite.Feature), ("what", rewrite.What)]);
        json.WritePropertyName("schema");
        if (compiled.Schema.IsEmpty)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteRawValue(compiled.Schema.Span);
        }

        json.WriteEndObject();
    }

    private static void List<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Func<T, (string Name, string Value)[]> members)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            foreach ((string member, string value) in members(item))
            {
                json.WriteString(member, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Place(string path) => path.Length == 0 ? "(root)" : path;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string WordOf(CheckVerdict verdict) => verdict switch
    {
        CheckVerdict.Native => "native",
        CheckVerdict.Enforced => "enforced",
        _ => "impossible",
    };

    private static string WordOf(Carrier carrier) => carrier switch
    {
        Carrier.Format => "format",
        Carrier.ForcedTool => "forced_tool",
        Carrier.JsonMode => "json_mode",
        _ => "prompt",
    };
}
