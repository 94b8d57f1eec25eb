using System.Text.Json;
using Causeway.Releases.Parameters;

namespace Causeway.Releases.Tests.Parameters;

public sealed class ParameterRuleTests
{
    [Theory]
    [InlineData("temperature", "0.70", "0.7")]
    [InlineData("temperature", "2", "2")]
    [InlineData("temperature", "-0", "0")]
    [InlineData("top_p", "1e-3", "0.001")]
    [InlineData("top_k", "40", "40")]
    [InlineData("max_output_tokens", "10000000", "10000000")]
    [InlineData("seed", "-9007199254740991", "-9007199254740991")]
    [InlineData("frequency_penalty", "-2", "-2")]
    [InlineData("presence_penalty", "2", "2")]
    [InlineData("reasoning_effort", "\"xhigh\"", "\"xhigh\"")]
    [InlineData("verbosity", "\"low\"", "\"low\"")]
    [InlineData("stop", "\"END\"", "[\"END\"]")]
    [InlineData("stop", "[\"a\",\"b\"]", "[\"a\",\"b\"]")]
    public void A_value_in_range_is_read_from_json_and_from_text(string name, string json, string expected)
    {
        using var document = JsonDocument.Parse(json);
        ParameterRule rule = ReleaseParameters.Rules[name];

        ParameterValue? value = rule.Read(document.RootElement);
        string[] texts = document.RootElement.ValueKind == JsonValueKind.Array
            ? [.. document.RootElement.EnumerateArray().Select(item => item.GetString()!)]
            : [document.RootElement.ToString()];

        Assert.Equal(expected, value?.ToString());
        Assert.Equal(value, rule.Read(texts));
    }

    [Theory]
    [InlineData("temperature", "2.1")]
    [InlineData("temperature", "-0.1")]
    [InlineData("temperature", "\"0.7\"")]
    [InlineData("temperature", "true")]
    [InlineData("temperature", "null")]
    [InlineData("temperature", "1e999")]
    [InlineData("top_p", "1.01")]
    [InlineData("top_k", "0")]
    [InlineData("top_k", "1.5")]
    [InlineData("max_output_tokens", "10000001")]
    [InlineData("seed", "9007199254740992")]
    [InlineData("reasoning_effort", "\"High\"")]
    [InlineData("verbosity", "\"\"")]
    [InlineData("verbosity", "[\"low\"]")]
    [InlineData("stop", "[]")]
    [InlineData("stop", "[\"\"]")]
    [InlineData("stop", "[\"a\",1]")]
    [InlineData("stop", "[\"\\ud800\"]")]
    [InlineData("stop", "{}")]
    public void Anything_else_is_not(string name, string json)
    {
        using var document = JsonDocument.Parse(json);

        Assert.Null(ReleaseParameters.Rules[name].Read(document.RootElement));
    }

    [Theory]
    [InlineData("temperature", "")]
    [InlineData("temperature", " 1")]
    [InlineData("temperature", "1,5")]
    [InlineData("temperature", "NaN")]
    [InlineData("temperature", "Infinity")]
    [InlineData("seed", "0x10")]
    [InlineData("verbosity", "LOW")]
    public void Nor_from_text(string name, string text) => Assert.Null(ReleaseParameters.Rules[name].Read([text]));

    [Fact]
    public void One_value_is_not_made_of_two_texts()
    {
        Assert.Null(ReleaseParameters.Rules["temperature"].Read(["1", "1"]));
        Assert.False(ReleaseParameters.Rules["temperature"].TakesList);
        Assert.True(ReleaseParameters.Rules["stop"].TakesList);
    }
}
