using Causeway.Wire.Gemini.Generate;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.Gemini;

/// <summary>Tools of other protocols, for Gemini.</summary>
public sealed class GenerateToolsWriterTests
{
    [Fact]
    public void Tools_are_declared_in_json_schema_that_the_vendor_takes()
    {
        NeutralRequest request = Neutrally.Request(Neutrally.User(Neutrally.Text("hi")));
        request.Tools.Add(Neutrally.Function("f", """{"$schema":"x","type":"object","properties":{"$schema":{"const":"v"},"a":{"$ref":"#/definitions/A","description":"d"}},"definitions":{"A":{"type":"object","properties":{"next":{"$ref":"#/definitions/A"}}}}}"""));
        request.Tools.Add(Neutrally.Function("g", """{"type":"object","properties":{},"additionalProperties":false}"""));
        request.Tools.Add(Neutrally.Function("3d_render"));

        Translating.AssertSame(
            """
            [{"functionDeclarations":[
              {"name":"f","parametersJsonSchema":{"type":"object","properties":{"$schema":{"type":"string","enum":["v"]},"a":{"anyOf":[{"$ref":"#/$defs/A"}],"description":"d"}},"$defs":{"A":{"type":"object","properties":{"next":{"$ref":"#/$defs/A"}}}}}},
              {"name":"g"},
              {"name":"cw:3d_render"}]}]
            """,
            Neutrally.Write(request)["tools"]);
    }

    [Theory]
    [InlineData("get_weather", "get_weather")]
    [InlineData("_a.b:c-d9", "_a.b:c-d9")]
    [InlineData("3d", "cw:3d")]
    [InlineData("naïve name", "cw:na:c3:afve:20name")]
    [InlineData("cw:x", "cw:cw:3ax")]
    [InlineData("cw:zz:q", "cw:cw:3azz:3aq")]
    public void A_tools_name_comes_back_as_it_was(string name, string target)
    {
        Assert.Equal(target, ToolNames.ToTarget(name));
        Assert.Equal(name, ToolNames.FromTarget(target));
    }

    [Fact]
    public void A_tools_name_that_does_not_fit_is_denied()
    {
        NeutralRequest request = Neutrally.Request(Neutrally.Model(Neutrally.Call("c", new string('ä', 30))));
        request.Tools.Add(Neutrally.Function("9" + new string('a', 63)));

        Assert.Contains("64", Neutrally.Denial(request, Concept.FunctionTool));
        Assert.Contains("64", Neutrally.Denial(request, Concept.ToolCall));
        Assert.Equal("cw:4:zz", ToolNames.FromTarget("cw:4:zz"));
    }

    [Theory]
    [InlineData(ToolChoiceMode.Auto, false, false, """{"mode":"AUTO"}""")]
    [InlineData(ToolChoiceMode.Auto, false, true, """{"mode":"VALIDATED"}""")]
    [InlineData(ToolChoiceMode.Auto, true, false, """{"mode":"VALIDATED","allowedFunctionNames":["f","cw:4g"]}""")]
    [InlineData(ToolChoiceMode.None, false, false, """{"mode":"NONE"}""")]
    [InlineData(ToolChoiceMode.Required, false, false, """{"mode":"ANY"}""")]
    [InlineData(ToolChoiceMode.Required, true, false, """{"mode":"ANY","allowedFunctionNames":["f","cw:4g"]}""")]
    [InlineData(ToolChoiceMode.Named, false, false, """{"mode":"ANY","allowedFunctionNames":["f"]}""")]
    internal void Each_choice_of_tools_has_its_mode(ToolChoiceMode mode, bool subset, bool strict, string expected)
    {
        NeutralRequest request = Neutrally.Request(Neutrally.User(Neutrally.Text("hi")));
        request.Tools.Add(Neutrally.Function("f", strict: strict));
        request.Tools.Add(Neutrally.Function("4g"));
        request.ToolChoice = new ToolChoice(mode, mode == ToolChoiceMode.Named ? JsonSlice.Of("f") : default, subset ? [JsonSlice.Of("f"), JsonSlice.Of("4g")] : null);

        Translating.AssertSame(expected, Neutrally.Write(request)["toolConfig"]!["functionCallingConfig"]);
    }

    [Fact]
    public void A_choice_without_tools_is_not_sent()
    {
        NeutralRequest request = Neutrally.Request(Neutrally.User(Neutrally.Text("hi")));
        request.ToolChoice = new ToolChoice(ToolChoiceMode.None);

        Assert.Null(Neutrally.Write(request)["toolConfig"]);
    }
}
