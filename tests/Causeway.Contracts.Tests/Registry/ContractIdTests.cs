using System.Text;
using Causeway.Contracts.Normalisation;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Tests.Registry;

public sealed class ContractIdTests
{
    // printf '{"type":"object"}\n{"coerce":["fences","prose","integer_spelling"],"on_violation":["repair","fallback","fail"],"repairs":1}' | sha256sum
    private const string Known = "ctr_a90896baacc20958d63dfbfcff1445d397feecde0e6ab9e9ef188f4eaf68e728";

    [Fact]
    public void An_id_is_the_digest_of_schema_and_policy() => Assert.Equal(Known, Of("""{ "type": "object" }""").ToString());

    [Fact]
    public void An_id_comes_back_from_its_bytes()
    {
        var id = new ContractId(Known);

        Assert.Equal(id, ContractId.FromDigest(id.ToDigest()));
        Assert.Throws<ArgumentException>(() => ContractId.FromDigest(new byte[31]));
    }

    [Fact]
    public void Whatever_changes_an_answer_changes_the_id()
    {
        ContractId[] ids =
        [
            Of("""{"type":"object","properties":{"a":{},"b":{}}}"""),
            Of("""{"type":"object","properties":{"b":{},"a":{}}}"""), // Models answer in this order.
            Of("""{"type":"object","properties":{"b":{},"a":{}}}""", new ContractPolicy { Coerce = Coercions.None }),
            Of("""{"type":"object","properties":{"b":{},"a":{}}}""", new ContractPolicy { OnViolation = [OnViolation.Fallback] }),
            Of("""{"type":"object","properties":{"b":{},"a":{}}}""", new ContractPolicy { Repairs = 2 }),
        ];

        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void Two_ways_to_say_one_policy_have_one_id() => Assert.Equal(
        Of("{}", new ContractPolicy { OnViolation = [OnViolation.Repair, OnViolation.Fallback] }), Of("{}"));

    [Theory]
    [InlineData("invoice", true)]
    [InlineData("0.invoice_v-2", true)]
    [InlineData("", false)]
    [InlineData("-invoice", false)]
    [InlineData("Invoice", false)]
    [InlineData("invoice@1", false)]
    [InlineData("inv/oice", false)]
    [InlineData("inline", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void Names_are_held_to_their_letters(string name, bool isSound) => Assert.Equal(isSound, Contract.NameProblem(name) is null);

    private static ContractId Of(string schema, ContractPolicy? policy = null) =>
        ContractId.Of(JsonSchema.Parse(Encoding.UTF8.GetBytes(schema)), policy ?? ContractPolicy.Default);
}
