using System.Text;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Tests.Compilation;

public class FixtureTests
{
    public static TheoryData<string, string> Everywhere() => [.. SchemaFixtures.Names.SelectMany(name => DialectCatalogue.All.Select(dialect => (name, dialect.Name)))];

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Schemas_as_libraries_write_them_go_to_every_dialect(string name, string dialect)
    {
        CompiledContract compiled = Compile(name, dialect);

        Assert.Empty(compiled.Impossible);
        JsonSchema sent = JsonSchema.Parse(compiled.Schema);
        Assert.Equal(Encoding.UTF8.GetString(compiled.Schema.Span), Encoding.UTF8.GetString(sent.Text.Span));
        Assert.All(compiled.Losses, loss => Assert.NotEqual("", loss.Why));
        Assert.Equal(compiled.Schema.ToArray(), Compile(name, dialect).Schema.ToArray());
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("azure-openai")]
    [InlineData("groq")]
    public void A_strict_dialect_gets_closed_objects_with_every_member_required(string dialect) =>
        Assert.All(SchemaFixtures.Names, name => AssertStrict(System.Text.Json.Nodes.JsonNode.Parse(Compile(name, dialect).Schema.Span)!));

    [Fact]
    public void An_answer_to_the_compiled_schema_becomes_a_document_of_the_contract()
    {
        CompiledContract compiled = Compile("dotnet-order", "openai");
        byte[] answer = Encoding.UTF8.GetBytes("""{"value":{"Id":"5b8f1f0e-4f0e-4b62-9a53-1d7d6a5e2c11","Customer":"C","Discount":null,"Placed":"2026-11-25T10:00:00Z","Window":null,"State":"Open","Flags":null,"Lines":[{"Sku":"s","Count":1,"Note":null,"Parent":null}],"Headers":[{"key":"h","value":null}],"Shape":{"$type":"circle","Radius":1},"Raw":"[1]"}}""");

        var answered = new Causeway.Contracts.Normalisation.Normaliser(Validator.Of(compiled.Canonical), compiled, Causeway.Contracts.Normalisation.Coercions.None).Run(answer);

        Assert.Empty(answered.Violations);
        Assert.Equal("""{"Id":"5b8f1f0e-4f0e-4b62-9a53-1d7d6a5e2c11","Customer":"C","Discount":null,"Placed":"2026-11-25T10:00:00Z","State":"Open","Lines":[{"Sku":"s","Count":1,"Note":null,"Parent":null}],"Headers":{"h":null},"Shape":{"$type":"circle","Radius":1},"Raw":[1]}""", Encoding.UTF8.GetString(answered.Document.Span));
    }

    private static void AssertStrict(System.Text.Json.Nodes.JsonNode node)
    {
        if (node is System.Text.Json.Nodes.JsonObject held)
        {
            if (held["properties"] is System.Text.Json.Nodes.JsonObject properties)
            {
                Assert.False((bool)held["additionalProperties"]!);
                Assert.Equal(properties.Select(property => property.Key), (held["required"]?.AsArray() ?? []).Select(name => (string)name!));
            }

            held.Where(member => member.Value is not null).ToList().ForEach(member => AssertStrict(member.Value!));
        }
        else if (node is System.Text.Json.Nodes.JsonArray array)
        {
            array.Where(item => item is not null).ToList().ForEach(item => AssertStrict(item!));
        }
    }

    private static CompiledContract Compile(string name, string dialect) => ContractCompiler.Compile(SchemaFixtures.Read(name), DialectCatalogue.Find(dialect)!, new ContractAsk());
}
