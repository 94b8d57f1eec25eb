using Causeway.Releases.Pins;
using Causeway.Releases.Releases;

namespace Causeway.Releases.Tests.Releases;

public sealed class ReleaseDiffTests
{
    [Fact]
    public void Every_hashed_field_that_differs_is_listed()
    {
        var left = new ReleaseContent
        {
            Pins = [new Pin("openai", "gpt-5.5-2026-04-23", PinClass.Snapshot)],
            Prompt = "one",
            Parameters = ReleaseContentTests.Parameters("""{"temperature": 0.5, "seed": 1, "stop": ["a"]}"""),
        };
        var right = new ReleaseContent
        {
            Pins = [new Pin("openai", "gpt-5.5", PinClass.Float), new Pin("claude", "claude-opus-5-5", PinClass.Snapshot)],
            Parameters = ReleaseContentTests.Parameters("""{"temperature": 1, "seed": 1, "stop": ["a", "b"]}"""),
            AllowFloat = true,
            AdapterAbi = 2,
        };

        Assert.Equal(
            [
                new FieldDifference("pins[0]", "openai/gpt-5.5-2026-04-23", "openai/gpt-5.5"),
                new FieldDifference("pins[1]", null, "claude/claude-opus-5-5"),
                new FieldDifference("prompt", "one", null),
                new FieldDifference("parameters.stop", """["a"]""", """["a","b"]"""),
                new FieldDifference("parameters.temperature", "0.5", "1"),
                new FieldDifference("allow_float", "false", "true"),
                new FieldDifference("adapter_abi", "1", "2"),
            ],
            ReleaseDiff.Between(left, right));
        Assert.Empty(ReleaseDiff.Between(left, left));
    }

    [Fact]
    public void A_contract_differs_by_its_name_or_else_by_its_content()
    {
        ReleaseContent none = With(null);
        ReleaseContent first = With(new ReleaseContract("invoice", 1, "ctr_00"));
        ReleaseContent second = With(new ReleaseContract("invoice", 2, "ctr_01"));
        ReleaseContent foreign = With(new ReleaseContract("invoice", 1, "ctr_02"));

        Assert.Equal([new FieldDifference("contract", null, "invoice@1")], ReleaseDiff.Between(none, first));
        Assert.Equal([new FieldDifference("contract", "invoice@1", "invoice@2")], ReleaseDiff.Between(first, second));
        Assert.Equal([new FieldDifference("contract", "invoice@1 (ctr_00)", "invoice@1 (ctr_02)")], ReleaseDiff.Between(first, foreign));
    }

    private static ReleaseContent With(ReleaseContract? contract) => new() { Pins = [new Pin("p", "m", PinClass.Unknown)], Contract = contract };
}
