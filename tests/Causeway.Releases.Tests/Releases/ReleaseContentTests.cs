using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Causeway.Releases.Parameters;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using CsCheck;

namespace Causeway.Releases.Tests.Releases;

public sealed class ReleaseContentTests
{
    private static readonly ReleaseContent s_full = new()
    {
        Pins = [new Pin("openai", "gpt-5.5-2026-04-23", PinClass.Snapshot), new Pin("claude", "claude-opus-5-5", PinClass.Snapshot)],
        Prompt = "Be brief.\n",
        Parameters = Parameters("""{"temperature": 0.2, "max_output_tokens": 800, "stop": ["END", "é"], "reasoning_effort": "low", "seed": -9007199254740991}"""),
    };

    private static readonly Gen<string> s_text = Gen.String[Gen.Char[' ', '\ud7ff'], 0, 6].Select(text => JsonSerializer.Serialize(text));

    private static readonly Gen<string> s_scalars = Gen.OneOf(s_text, Gen.Double[-1e300, 1e300].Select(number => JsonSerializer.Serialize(number)), Gen.Int.Select(number => $"{number}"), Gen.Const("null"));

    private static readonly Gen<string> s_documents = Objects(Gen.OneOf(s_scalars, Objects(Gen.OneOf(s_scalars, Objects(s_scalars)))));

    [Fact]
    public void The_hashed_text_is_the_pinned_one()
    {
        Assert.Equal(
            """
            {"adapter_abi":1,"allow_float":false,"parameters":{"max_output_tokens":800,"reasoning_effort":"low","seed":-9007199254740991,"stop":["END","é"],"temperature":0.2},"pins":[{"model":"gpt-5.5-2026-04-23","provider":"openai"},{"model":"claude-opus-5-5","provider":"claude"}],"prompt":"Be brief.\n","schema":1}
            """,
            Encoding.UTF8.GetString(s_full.ToCanonicalJson()));
        Assert.Equal(
            """{"adapter_abi":1,"allow_float":true,"parameters":{},"pins":[{"model":"m","provider":"p"}],"schema":1}""",
            Encoding.UTF8.GetString(new ReleaseContent { Pins = [new Pin("p", "m", PinClass.Float)], AllowFloat = true }.ToCanonicalJson()));
    }

    // Ids are in people's files, histories and reports: this one may not change.
    [Fact]
    public void An_id_stays_what_it_is() =>
        Assert.Equal("rel_2779e1dbafc655d8335545b5c0949f17c6d783a4eb22ab9627c8c115dce2914f", NewRelease(s_full).Id.ToString());

    [Fact]
    public void A_contract_is_part_of_the_text_and_raises_its_schema()
    {
        var content = new ReleaseContent { Pins = [new Pin("p", "m", PinClass.Float)], Contract = new ReleaseContract("invoice", 3, "ctr_00") };

        Assert.Equal(
            """{"adapter_abi":1,"allow_float":false,"contract":{"id":"ctr_00","name":"invoice","version":3},"parameters":{},"pins":[{"model":"m","provider":"p"}],"schema":2}""",
            Encoding.UTF8.GetString(content.ToCanonicalJson()));
        Assert.Equal("rel_8dfc638e03ab617532ab6bad7f778cd30a1846d14420aa3659e662f9bb5093be", NewRelease(content).Id.ToString());
        Assert.Equal(content.Contract, ReleaseContent.Parse(content.ToCanonicalJson(), []).Contract);
        Assert.Equal("invoice@3", NewRelease(content).Contract!.FullName);
    }

    [Fact]
    public void Another_version_and_another_content_of_a_contract_are_other_releases()
    {
        ReleaseContract?[] contracts = [null, new("a", 1, "ctr_00"), new("a", 2, "ctr_00"), new("b", 1, "ctr_00"), new("a", 1, "ctr_01")];

        Assert.Equal(
            contracts.Length,
            contracts.Select(contract => NewRelease(new ReleaseContent { Pins = s_full.Pins, Contract = contract }).Id).Distinct().Count());
    }

    [Fact]
    public void Neither_the_order_of_members_nor_white_space_changes_an_id() => s_documents.Select(Gen.Int).Sample((text, seed) =>
    {
        using var document = JsonDocument.Parse(text);
        using var shuffled = JsonDocument.Parse(Shuffled(document.RootElement, new Random(seed)));

        Assert.Equal(ReleaseId.Of(CanonicalJson.Of(document.RootElement)), ReleaseId.Of(CanonicalJson.Of(shuffled.RootElement)));
    });

    [Fact]
    public void What_is_known_of_a_pin_and_a_label_change_no_id()
    {
        ReleaseContent known = With(pins: [.. s_full.Pins.Select(pin => pin with { Class = PinClass.Undated })]);

        Assert.Equal(NewRelease(s_full).Id, NewRelease(known).Id);
        Assert.Equal(NewRelease(s_full).Id, new Release(s_full, "a label", DateTimeOffset.UnixEpoch).Id);
    }

    [Fact]
    public void Everything_else_does()
    {
        ReleaseContent[] others =
        [
            With(pins: [.. s_full.Pins.Reverse()]),
            With(pins: [s_full.Pins[0]]),
            With(prompt: "Be brief."),
            With(prompt: ""),
            With(parameters: ReleaseParameters.None),
            With(parameters: Parameters("""{"temperature": 0.2, "max_output_tokens": 800, "stop": ["é", "END"], "reasoning_effort": "low", "seed": -9007199254740991}""")),
            With(allowFloat: true),
            With(adapterAbi: 2),
        ];

        Assert.Equal(others.Length + 1, others.Append(s_full).Select(content => NewRelease(content).Id).Distinct().Count());
    }

    [Fact]
    public void Content_comes_back_from_its_text()
    {
        var read = ReleaseContent.Parse(s_full.ToCanonicalJson(), [PinClass.Snapshot, PinClass.Float]);

        Assert.Equal(s_full.ToCanonicalJson(), read.ToCanonicalJson());
        Assert.Equal([PinClass.Snapshot, PinClass.Float], read.Pins.Select(pin => pin.Class));
        Assert.Equal("Be brief.\n", read.Prompt);
        Assert.Equal(0.2, read.Parameters.Temperature);
        Assert.Equal(800, read.Parameters.MaxOutputTokens);
        Assert.Equal(["END", "é"], read.Parameters.Stop!);
        Assert.Equal("low", read.Parameters.ReasoningEffort);
        Assert.Equal(-9007199254740991, read.Parameters.Seed);
        Assert.Null(read.Parameters.TopP);
    }

    [Theory]
    [InlineData("""{"adapter_abi":1,"allow_float":false,"parameters":{},"pins":[],"schema":3}""")]
    [InlineData("""{"adapter_abi":1,"allow_float":false,"parameters":{"mood":1},"pins":[],"schema":1}""")]
    [InlineData("""{"adapter_abi":1,"allow_float":false,"parameters":{"top_p":2},"pins":[],"schema":1}""")]
    public void A_newer_text_is_refused(string json) =>
        Assert.Throws<FormatException>(() => ReleaseContent.Parse(Encoding.UTF8.GetBytes(json), []));

    [Fact]
    public void What_is_no_release_is_told_by_field()
    {
        Assert.Empty(s_full.Problems());
        Assert.Equal([("pins", "must be 1 to 16 pins, are 0")], With(pins: []).Problems());
        Assert.Equal([("pins", "must be 1 to 16 pins, are 17")], With(pins: [.. Enumerable.Range(0, 17).Select(i => new Pin("p", $"m{i}", PinClass.Unknown))]).Problems());
        Assert.Equal([("pins", "name p/m more than once")], With(pins: [new Pin("p", "m", PinClass.Unknown), new Pin("p", "m", PinClass.Snapshot)]).Problems());
        Assert.Equal([("prompt", "is empty; leave it out")], With(prompt: "").Problems());
        Assert.Equal([("prompt", "is not Unicode: it holds half of a surrogate pair")], With(prompt: "a\ud800b").Problems());
        Assert.Equal([("prompt", "is longer than 256 KiB")], With(prompt: new string('é', (128 * 1024) + 1)).Problems());
        Assert.Empty(With(prompt: new string('é', 128 * 1024)).Problems());
        Assert.Empty(With(prompt: "😀").Problems());
    }

    [Theory]
    [InlineData("spring prompt", null)]
    [InlineData("", "must have 1 to 200 characters, has 0")]
    [InlineData("a\nb", "may not hold control characters")]
    public void A_label_is_one_line(string label, string? problem) => Assert.Equal(problem, Release.LabelProblem(label));

    internal static ReleaseParameters Parameters(string json)
    {
        using var document = JsonDocument.Parse(json);
        return new ReleaseParameters(document.RootElement.EnumerateObject().ToImmutableSortedDictionary(
            member => member.Name, member => ReleaseParameters.Rules[member.Name].Read(member.Value)!, StringComparer.Ordinal));
    }

    private static Gen<string> Objects(Gen<string> values) => Gen.Dictionary(s_text, values)[0, 4].Select(members => $"{{{string.Join(",", members.Select(member => $"{member.Key}:{member.Value}"))}}}");

    private static Release NewRelease(ReleaseContent content) => new(content, null, DateTimeOffset.UnixEpoch);

    private static ReleaseContent With(
        ImmutableArray<Pin>? pins = null, string? prompt = "Be brief.\n", ReleaseParameters? parameters = null, bool allowFloat = false, int adapterAbi = 1)
    {
        return new ReleaseContent
        {
            Pins = pins ?? s_full.Pins,
            Prompt = prompt,
            Parameters = parameters ?? s_full.Parameters,
            AllowFloat = allowFloat,
            AdapterAbi = adapterAbi,
        };
    }

    private static string Shuffled(JsonElement value, Random random)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return " " + value.GetRawText() + "\n";
        }

        JsonProperty[] members = [.. value.EnumerateObject()];
        random.Shuffle(members);
        return $"{{\t{string.Join(" , ", members.Select(member => $"{JsonSerializer.Serialize(member.Name)} : {Shuffled(member.Value, random)}"))}\r\n}}";
    }
}
