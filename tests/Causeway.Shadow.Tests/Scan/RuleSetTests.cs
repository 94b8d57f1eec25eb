using System.Text;
using Causeway.Shadow.Scan;

namespace Causeway.Shadow.Tests.Scan;

public sealed class RuleSetTests
{
    [Fact]
    public void Every_shipped_rule_says_where_it_is_known_from_and_can_be_built() => Assert.All(RuleSet.Shipped.Rules, rule =>
    {
        Assert.NotEqual("", rule.Source);
        Assert.DoesNotMatch(rule.Regex, "");
    });

    [Fact]
    public void A_rule_of_a_file_adds_to_the_shipped_ones_replaces_one_or_takes_it_away()
    {
        RuleSet own = Read("""
            { "rules": [
              { "id": "corp_key", "title": "Key of our own", "vendor": "corp", "kind": "secret", "level": "error", "anchors": ["corp_"], "pattern": "corp_[a-z]{8}", "source": "security team" },
              { "id": "openai_host", "title": "OpenAI", "vendor": "openai", "kind": "host", "level": "error", "anchors": ["api.openai.com"], "pattern": "api\\.openai\\.com", "source": "security team" },
              { "id": "client_variable", "level": "off" } ] }
            """);

        RuleSet all = RuleSet.Shipped.With(own);

        Assert.Contains(all.Rules, rule => rule.Id == "corp_key");
        Assert.Equal(FindingLevel.Error, all.Rules.Single(rule => rule.Id == "openai_host").Level);
        Assert.DoesNotContain(all.Rules, rule => rule.Id == "client_variable");
    }

    [Theory]
    [InlineData("[]", "\"rules\", a list")]
    [InlineData("{\"rules\":[{}]}", "rule 1: \"id\" is missing")]
    [InlineData("{\"rules\":[3]}", "rule 1 is no object")]
    [InlineData("{\"rules\":", "it is no JSON, line 1")]
    [InlineData("{\"rules\":[{\"id\":\"a\",\"titel\":\"x\"}]}", "has \"titel\", which is none of")]
    [InlineData("{\"rules\":[{\"id\":\"A b\"}]}", "an id is lower case")]
    [InlineData("{\"rules\":[{\"id\":\"a\",\"level\":\"loud\"}]}", "\"level\" is one of off, note, warning, error")]
    [InlineData("{\"rules\":[{\"id\":\"a\",\"pattern\":\"(?=x)y\"}]}", "\"pattern\" cannot be used")]
    [InlineData("{\"rules\":[{\"id\":\"a\",\"pattern\":\"x*\"}]}", "found everywhere")]
    [InlineData("{\"rules\":[{\"id\":\"a\",\"anchors\":[\"ab\"]}]}", "each of 3 to 64")]
    [InlineData("{\"rules\":[{\"id\":\"a\",\"level\":\"off\"},{\"id\":\"a\",\"level\":\"off\"}]}", "stands there twice")]
    public void What_is_wrong_with_a_file_of_rules_is_named(string json, string problem)
    {
        _ = RuleSet.Read(Encoding.UTF8.GetBytes(json), out IReadOnlyList<string> problems);

        Assert.Contains(problems, one => one.Contains(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("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", true)]
    [InlineData("ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18", false)]
    [InlineData("ghp_", false)]
    [InlineData("", false)]
    public void The_checksum_of_a_GitHub_token_is_checked(string token, bool holds) => Assert.Equal(holds, SecretShape.Holds(SecretChecksum.GithubCrc32, token));

    private static RuleSet Read(string json)
    {
        RuleSet read = RuleSet.Read(Encoding.UTF8.GetBytes(json), out IReadOnlyList<string> problems);
        Assert.Empty(problems);
        return read;
    }
}
