using Causeway.Admin.Policy;
using Causeway.Configuration;
using Causeway.Configuration.Yaml;
using CsCheck;

namespace Causeway.Tests.Admin;

/// <summary>What is written as YAML is read as the same text.</summary>
public sealed class YamlTextTests
{
    private static readonly Gen<char> s_letters = Gen.OneOf(
        Gen.Char["\n\n\n  ab\t\r:#-?&*!|>'\"%@`{}[],\\"], Gen.Char['\0', '\u00ff'], Gen.Char['\u2000', '\u206f'], Gen.Char['\u4e00', '\ud7ff'], Gen.Const('\ufeff'));

    [Fact]
    public void Whatever_text_it_is() => Gen.String[s_letters, 0, 40].Sample(text =>
    {
        Assert.Equal(text, Read("key: " + YamlText.Quoted(text)));
        Assert.Equal(text, Read("key: " + YamlText.Scalar(text)));
        Assert.Equal(text, Read("key: " + YamlText.Block(text, "  ") + "\nnext: 1"));
    });

    [Theory]
    [InlineData("one\ntwo\n", "|\n  one\n  two")]
    [InlineData("one\n\n  \ntwo", "\"one\\n\\n  \\ntwo\"")]
    [InlineData("one\n\ntwo", "|-\n  one\n\n  two")]
    [InlineData("one line", "\"one line\"")]
    [InlineData("one", "one")]
    [InlineData("null", "\"null\"")]
    [InlineData("", "\"\"")]
    [InlineData("\n", "\"\\n\"")]
    [InlineData("a\n\n", "\"a\\n\\n\"")]
    [InlineData(" a\nb", "\" a\\nb\"")]
    [InlineData("😀\n日本語\n", "|\n  😀\n  日本語")]
    public void Lines_are_a_block_where_a_block_keeps_them(string text, string yaml)
    {
        Assert.Equal(yaml, YamlText.Block(text, "  "));
        Assert.Equal(text, Read("key: " + yaml + "\n"));
    }

    private static string Read(string yaml)
    {
        var findings = new Findings("test");
        YamlTree tree = YamlReader.Read(yaml, findings);
        Assert.Empty(findings.Conclude(null).Errors);
        return Assert.IsType<YamlScalar>(Assert.IsType<YamlMapping>(tree.Root).Entries[0].Value).Text;
    }
}
