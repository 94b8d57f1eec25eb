using System.Collections.Immutable;
using System.Text;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Tests.Conformance;

public sealed class EligibilityTests
{
    private const string Schema = """{"type":"object","properties":{"n":{"type":"integer","maximum":10},"tags":{"type":"array","items":{"type":"string"},"maxItems":3}},"required":["n","tags"],"additionalProperties":false}""";

    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_pin_is_proven_when_all_that_is_left_to_the_provider_was_seen_enforced()
    {
        Proof proof = Prove(Compiled(), Showing("basic"), Showing("maximum"), Showing("max_items"));

        Assert.True(proof.IsProven, string.Join("; ", proof.Missing));
    }

    [Fact]
    public void What_is_missing_is_named_with_why()
    {
        Proof proof = Prove(
            Compiled(),
            Showing("basic", at: s_now.AddDays(-15)),
            Showing("maximum", ProbeVerdict.Ignored, s_now.AddDays(-3)));

        Assert.Equal(
            ["basic: measured on 2026-11-10, more than 14 days ago", "max_items: never measured", "maximum: ignored on 2026-11-22"], proof.Missing);
    }

    [Fact]
    public void A_measurement_of_exactly_the_bound_is_fresh_and_the_bound_can_be_set()
    {
        LatestConformance latest = LatestConformance.Of([Showing("basic", at: s_now.AddDays(-14))]);

        Reliance basic = new(["basic"], [], []);
        Assert.True(Eligibility.Of(basic, "p", "m", latest, s_now).IsProven);
        Assert.False(Eligibility.Of(basic, "p", "m", latest, s_now, TimeSpan.FromDays(13)).IsProven);
        Assert.False(Eligibility.Of(basic, "p", "other", latest, s_now).IsProven);
    }

    [Fact]
    public void What_Causeway_enforces_itself_needs_the_carrier_and_no_proof_of_its_own()
    {
        CompiledContract compiled = Compiled() with { Losses = [new Loss("/properties/n/maximum", "bounds", "ignored there")] };

        Assert.Equal(["max_items: never measured"], Prove(compiled, Showing("basic")).Missing);
        Assert.Equal(["basic: never measured"], Prove(compiled, Showing("max_items")).Missing);
    }

    [Fact]
    public void What_is_sent_although_it_is_lost_must_not_be_rejected()
    {
        CompiledContract compiled = Compiled() with { Losses = [new Loss("/properties/n/maximum", "bounds", "ignored there")] };
        Measurement[] measured = [Showing("basic"), Showing("max_items"), Showing("maximum", ProbeVerdict.Rejected)];

        Assert.Equal(["maximum: rejected on 2026-11-25"], Prove(compiled, measured).Missing);
        Assert.True(Eligibility.IsDisproven(compiled.Reliance, "p", "m", LatestConformance.Of(measured), s_now));
    }

    [Theory]
    [InlineData(ProbeVerdict.Enforced, 0, false)]
    [InlineData(ProbeVerdict.Ignored, 0, true)]
    [InlineData(ProbeVerdict.Rejected, 0, true)]
    [InlineData(ProbeVerdict.Inconclusive, 0, false)]
    [InlineData(ProbeVerdict.Ignored, 20, false)]
    public void A_pin_is_disproven_by_a_fresh_measurement_that_contradicts(ProbeVerdict verdict, int days, bool disproven) =>
        Assert.Equal(disproven, Eligibility.IsDisproven(Compiled().Reliance, "p", "m", LatestConformance.Of([Showing("maximum", verdict, s_now.AddDays(-days))]), s_now));

    [Fact]
    public void A_contract_that_does_not_travel_as_a_format_needs_the_proof_of_its_carrier_only()
    {
        CompiledContract compiled = Compiled() with { Carrier = Carrier.JsonMode };

        Assert.Equal(["carrier: never measured"], Prove(compiled).Missing);
        Assert.True(Prove(compiled, Showing("carrier")).IsProven);
    }

    [Fact]
    public void What_a_dialect_cannot_carry_is_never_proven()
    {
        CompiledContract compiled = Compiled() with { Impossible = [new Impossibility("/properties/n", "recursive_ref", "no recursion", "unroll it")] };

        Assert.Equal(["impossible: /properties/n: no recursion"], Prove(compiled, Showing("basic")).Missing);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"type":{"type":"string"}},"required":["type"],"additionalProperties":false}""", "basic property_named_type")]
    [InlineData("""{"type":"object","properties":{"a":{"type":["string","null"]}},"required":["a"],"additionalProperties":false}""", "basic nullable")]
    [InlineData("""{"type":"object","properties":{"a":{"type":["string","null"]}},"additionalProperties":false}""", "basic nullable optional_nullable")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"},"minItems":0}},"required":["a"],"additionalProperties":false}""", "basic")]
    [InlineData("""{"type":"object","properties":{"maximum":{"type":"string","enum":["red","Dark red"]}},"required":["maximum"],"additionalProperties":false}""", "basic enum_case property_named_type")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"integer"}]}""", "any_of basic root_array")]
    public void The_probes_of_a_schema_are_found_by_its_keywords_and_not_by_the_names_of_its_properties(string schema, string probes) =>
        Assert.Equal(probes, string.Join(' ', FeatureProbes.Of(Encoding.UTF8.GetBytes(schema))));

    [Fact]
    public void A_schema_of_many_references_is_walked_in_time_that_does_not_double_with_each()
    {
        IEnumerable<string> definitions = Enumerable.Range(0, 100).Select(i =>
            $$$"""
            "d{{{i}}}":{"type":"object","properties":{"a":{"$ref":"#/$defs/d{{{i + 1}}}"},"b":{"$ref":"#/$defs/d{{{i + 1}}}"}},"required":["a","b"],"additionalProperties":false}
            """);
        string schema = """{"$ref":"#/$defs/d0","$defs":{""" + string.Join(',', definitions) + ""","d100":{"type":"string","maxLength":3}}}""";

        IReadOnlySet<string> probes = FeatureProbes.Of(Encoding.UTF8.GetBytes(schema));

        Assert.Superset(new HashSet<string> { "ref", "nesting_11", "max_length" }, new HashSet<string>(probes));
    }

    [Fact]
    public void What_a_compiled_contract_relies_on_is_made_once_and_anew_for_a_copy()
    {
        CompiledContract compiled = Compiled();
        Assert.Same(compiled.Reliance, compiled.Reliance);
        Assert.Contains("maximum", compiled.Reliance.Enforced);
        Assert.DoesNotContain("maximum", (compiled with { Losses = [new Loss("/properties/n/maximum", "bounds", "ignored there")] }).Reliance.Enforced);
    }

    private static Proof Prove(CompiledContract compiled, params Measurement[] measured) =>
        Eligibility.Of(compiled.Reliance, "p", "m", LatestConformance.Of(measured), s_now);

    private static CompiledContract Compiled()
    {
        JsonSchema schema = JsonSchema.Parse(Encoding.UTF8.GetBytes(Schema));
        return new CompiledContract { Canonical = schema, Dialect = "d", Carrier = Carrier.Format, Schema = schema.Text, Losses = ImmutableArray<Loss>.Empty };
    }

    private static Measurement Showing(string probe, ProbeVerdict verdict = ProbeVerdict.Enforced, DateTimeOffset? at = null) =>
        new("p", "m", null, "d", probe, verdict, at ?? s_now, null, null);
}
