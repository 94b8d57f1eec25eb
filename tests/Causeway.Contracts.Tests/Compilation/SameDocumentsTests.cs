using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Normalisation;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;
using CsCheck;

namespace Causeway.Contracts.Tests.Compilation;

public class SameDocumentsTests
{
    private const int Documents = 12;

    [Fact]
    public void Without_losses_the_compiled_schema_and_the_contract_accept_the_same_documents() =>
        Gen.Select(RandomSchemas.Any, Gen.Int[0, 1_000_000]).Sample((text, seed) =>
        {
            JsonSchema canonical = JsonSchema.Parse(Encoding.UTF8.GetBytes(text));
            foreach (DialectProfile dialect in DialectCatalogue.All)
            {
                CompiledContract compiled = ContractCompiler.Compile(canonical, Established(dialect), new ContractAsk());
                if (compiled.Impossible.IsEmpty && compiled.Carrier == Carrier.Format)
                {
                    Check(text, seed, dialect.Name, compiled);
                }
            }
        }, iter: 150, threads: 1);

    // As measured: every unverified row holds, so that more schemas go without a loss. Our validator searches for patterns, so no dialect may anchor them.
    private static DialectProfile Established(DialectProfile dialect) => dialect with
    {
        Keywords = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(dialect.Keywords, row => row.Key, row => row.Value with { IsUnverified = false, Anchoring = row.Value.Anchoring == Anchoring.Implicit ? Anchoring.Search : row.Value.Anchoring, CapitalsMayDiffer = false, Support = row.Value.CapitalsMayDiffer ? Support.Enforced : row.Value.Support }),
    };

    private static void Check(string text, int seed, string dialect, CompiledContract compiled)
    {
        Validator before = Validator.Of(compiled.Canonical);
        Validator after = Validator.Of(JsonSchema.Parse(compiled.Schema));
        JsonTree schema = JsonTree.Parse(compiled.Schema.Span);
        Normaliser normaliser = new(before, compiled, Coercions.None);
        if (compiled.Losses.All(loss => loss.Narrows))
        {
            RandomDocuments answers = new(schema, seed);
            for (int i = 0; i < Documents; i++)
            {
                byte[] answer = answers.Next().ToUtf8(new CompilationBudget(int.MaxValue));
                NormalisedAnswer normal = normaliser.Run(answer);
                Assert.True(!after.IsValid(answer) || normal.Verdict == AnswerVerdict.Valid, Say("an answer is refused", Encoding.UTF8.GetString(answer), string.Join("; ", normal.Violations.Select(violation => violation.Path + " " + violation.Message))));
            }
        }

        if (compiled.Losses.IsEmpty)
        {
            RandomDocuments documents = new(JsonTree.Parse(compiled.Canonical.Text.Span), seed);
            for (int i = 0; i < Documents; i++)
            {
                JsonTree document = documents.Next();
                Assert.True(!before.IsValid(document.ToUtf8(new CompilationBudget(int.MaxValue))) || Image.Of(document, schema, compiled.Undo) is not null, Say("a document cannot come", document.ToString(), ""));
            }
        }

        string Say(string what, string document, string why) => string.Create(CultureInfo.InvariantCulture, $"{dialect}: {what}\ncontract {text}\ncompiled {Encoding.UTF8.GetString(compiled.Schema.Span)}\ndocument {document}\n{why}");
    }

    /// <summary>The answer by which a dialect would tell a document.</summary>
    private sealed class Image
    {
        private readonly JsonTree _root;

        private Image(JsonTree root) => _root = root;

        public static JsonTree? Of(JsonTree document, JsonTree schema, UndoNode? undo)
        {
            JsonTree whole = undo?.Kind == UndoKind.Unwrap ? JsonTree.Object((undo.Wrapper, document)) : document;
            JsonTree? made = new Image(schema).Of(whole, schema);
            return made is not null && Validator.Of(JsonSchema.Parse(schema.ToUtf8(new CompilationBudget(int.MaxValue)))).IsValid(made.ToUtf8(new CompilationBudget(int.MaxValue))) ? made : null;
        }

        private JsonTree? Of(JsonTree value, JsonTree schema)
        {
            if (schema["$ref"] is { } reference)
            {
                return Of(value, JsonTree.Find(_root, reference.Text[1..])!);
            }

            if (schema["anyOf"] is { } branches)
            {
                return branches.Items.Select(branch => Of(value, branch) is { } made && Accepts(branch, made) ? made : null).FirstOrDefault(made => made is not null);
            }

            bool isObject = schema["properties"] is not null || schema["additionalProperties"] is not null;
            List<KeyValuePair<string, JsonTree>> known = schema["properties"]?.Members ?? [];
            if (value.Kind == JsonValueKind.Array && isObject)
            {
                value = JsonTree.Object([.. value.Items.Select((item, i) => (i.ToString(CultureInfo.InvariantCulture), item))]);
            }

            if (value.Kind == JsonValueKind.Object && isObject)
            {
                string[] required = [.. ShapeGraph.Texts(schema["required"])];
                JsonTree made = JsonTree.Object();
                foreach ((string name, JsonTree member) in known)
                {
                    if (value[name] is { } there && Of(there, member) is { } image)
                    {
                        made.Set(name, image);
                    }
                    else if (value[name] is null && required.Contains(name))
                    {
                        made.Set(name, JsonTree.Null);
                    }
                }

                foreach ((string name, JsonTree member) in value.Members.Where(member => !known.Exists(other => other.Key == member.Key)))
                {
                    made.Set(name, (schema["additionalProperties"] is { Kind: JsonValueKind.Object } rest ? Of(member, rest) : null) ?? member);
                }

                return made;
            }

            if (value.Kind == JsonValueKind.Array)
            {
                List<JsonTree> places = schema["prefixItems"]?.Items ?? [];
                return JsonTree.Array(value.Items.Select((item, i) => (i < places.Count ? Of(item, places[i]) : schema["items"] is { } items ? Of(item, items) : item) ?? item));
            }

            bool isText = schema["enum"] is { Items: [{ Kind: JsonValueKind.String }, ..] } && value.Kind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;
            return isText ? JsonTree.Of(value.Number is { } number ? schema["enum"]!.Items.FirstOrDefault(item => decimal.TryParse(item.Text, CultureInfo.InvariantCulture, out decimal other) && other == number)?.Text ?? value.Text : value.Text) : value;
        }

        private bool Accepts(JsonTree branch, JsonTree value)
        {
            JsonTree whole = JsonTree.Object();
            whole.Members.AddRange(branch.Members);
            if (_root["$defs"] is { } definitions)
            {
                whole.Set("$defs", definitions);
            }

            return Validator.Of(JsonSchema.Parse(whole.ToUtf8(new CompilationBudget(int.MaxValue)))).IsValid(value.ToUtf8(new CompilationBudget(int.MaxValue)));
        }
    }
}
