using System.Text;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Tests.Conformance;

public sealed class ProbeSetTests
{
    // The 33 of the reference: nesting is two schemas.
    private static readonly string[] s_named =
    [
        "optional_property", "optional_nullable", "max_length", "maximum", "exclusive_maximum", "multiple_of", "pattern", "max_items", "unique_items", "const",
        "integer_enum", "enum_case", "one_of_overlap", "all_of", "not", "if_then", "recursive_tree", "ref_sibling", "map", "prefix_items", "root_array", "empty_object",
        "key_order", "property_named_type", "nesting_6", "nesting_11", "optionals_26", "truncation", "refusal", "non_ascii", "big_integer", "with_tools", "streamed",
        "cache_latency",
    ];

    // Features that are no keyword of a profile: what is measured is the exchange.
    private static readonly string[] s_exchanges =
        ["carrier", "key_order", "keyword_names", "nesting", "optional_count", "truncation", "refusal", "unicode", "big_integer", "tools", "stream", "cache"];

    public static TheoryData<string> Ids => [.. ProbeSet.All.Select(probe => probe.Id)];

    [Fact]
    public void Every_probe_of_the_reference_is_there_once_and_the_basic_one_is_first()
    {
        string[] ids = [.. ProbeSet.All.Select(probe => probe.Id)];

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Empty(s_named.Except(ids));
        Assert.Equal(ProbeIds.Basic, ids[0]);
        Assert.Null(ProbeSet.Find("no_such_probe"));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_wish_breaks_its_schema_unless_the_probe_asks_for_something_else_than_a_breach(string id)
    {
        Probe probe = ProbeSet.Find(id)!;
        bool breaks = probe.Rule is ProbeRule.Schema or ProbeRule.CacheLatency && probe.Shape != ProbeShape.Carried;

        IReadOnlyList<Violation> violations = Validator.Of(probe.Schema).Validate(Encoding.UTF8.GetBytes(probe.Wish));

        Assert.Equal(breaks, violations.Count > 0);
        Assert.DoesNotContain(violations, violation => violation.Keyword == "json");
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_prompt_ends_with_the_wish_behind_the_marker_and_a_feature_is_one_of_the_profiles_or_an_exchange(string id)
    {
        Probe probe = ProbeSet.Find(id)!;

        Assert.EndsWith($"\n{ProbeSet.Marker}{probe.Wish}", probe.Prompt, StringComparison.Ordinal);
        Assert.True(Features.Contain(probe.Feature) || s_exchanges.Contains(probe.Feature), probe.Feature);
        Assert.InRange(probe.InputCeiling, 600, 3000);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_schema_uses_its_own_feature_and_else_only_what_every_strict_dialect_takes(string id)
    {
        Probe probe = ProbeSet.Find(id)!;
        string[] companions = id switch
        {
            // What a feature cannot be shown without.
            ProbeIds.RecursiveTree or ProbeIds.RefSibling => [ProbeIds.Ref],
            ProbeIds.PrefixItems => [ProbeIds.MinItems],
            ProbeIds.Contains or ProbeIds.Not => [ProbeIds.Const],
            ProbeIds.IfThen => [ProbeIds.Const, ProbeIds.OptionalProperty],
            ProbeIds.DependentRequired or "key_order" => [ProbeIds.OptionalProperty],
            ProbeIds.PropertyNames => [ProbeIds.Map, ProbeIds.Pattern],
            ProbeIds.MaxProperties => [ProbeIds.Map],
            ProbeIds.OptionalNullable => [ProbeIds.Nullable],
            ProbeIds.Optionals26 => [ProbeIds.OptionalProperty],
            ProbeIds.OneOfOverlap => [ProbeIds.IntegerEnum],
            ProbeIds.Nesting11 => [ProbeIds.Nesting6],
            _ => [],
        };

        IReadOnlySet<string> used = FeatureProbes.Of(probe.Schema.Text);

        Assert.Empty(used.Except([ProbeIds.Basic, id, .. companions]));
        Assert.Contains(probe.Rule == ProbeRule.Schema && probe.Shape == ProbeShape.Plain ? id : ProbeIds.Basic, used);
    }

    [Fact]
    public void Every_feature_that_a_compiled_schema_can_hold_is_measured_by_some_probe()
    {
        // Never sent, or without effect on what is valid.
        string[] needless =
        [
            Features.Nullable, Features.ExternalRef, Features.ClosedObject, Features.OmittedAdditionalProperties, Features.Items, Features.UntypedArray, Features.Default,
            Features.TitleDescription, Features.Examples, Features.SchemaId, Features.BooleanSchema,
        ];

        Assert.All(Features.All.Select(feature => feature.Id).Except(needless), feature => Assert.NotEmpty(FeatureProbes.OfFeature(feature)));
    }

    [Fact]
    public void An_unsafe_request_is_only_sent_when_it_is_named() => Assert.Equal(["refusal"], ProbeSet.All.Where(probe => probe.IsOptIn).Select(probe => probe.Id));
}
