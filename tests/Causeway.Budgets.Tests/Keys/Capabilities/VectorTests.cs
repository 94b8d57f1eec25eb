using System.Text.RegularExpressions;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

public sealed partial class VectorTests
{
    [Theory]
    [MemberData(nameof(Vectors.GoodNames), MemberType = typeof(Vectors))]
    public void A_key_is_made_as_the_vector_has_it(string name)
    {
        GoodVector vector = Vectors.Good.Single(good => good.Name == name);
        Caveat[] caveats = [.. vector.Caveats.Select(caveat => Assert.IsType<Caveat>(Caveat.Read((CaveatType)caveat.Type, caveat.Value)))];

        Assert.Equal(vector.Key, Tokens.Mint(caveats));
        Assert.Equal(vector.Caveats.Select(caveat => caveat.Word), caveats.Select(caveat => caveat.Type.Word()));
    }

    [Theory]
    [MemberData(nameof(Vectors.GoodNames), MemberType = typeof(Vectors))]
    public void A_key_is_verified_with_the_ids_of_all_its_prefixes(string name)
    {
        GoodVector vector = Vectors.Good.Single(good => good.Name == name);

        VerifiedToken token = Tokens.Verified(vector.Key);

        Assert.Equal((Vectors.Master.Kid, Vectors.Grant, Vectors.Key, Vectors.KeyGen, Vectors.IssuedAt), (token.Kid, token.Grant, token.Key, token.KeyGen, token.IssuedAt));
        Assert.Equal(vector.RevocationIds, token.Prefixes.Select(id => id.ToString()));
        Assert.Equal(token.Prefixes[^1], token.Id);
    }

    [Theory]
    [MemberData(nameof(Vectors.BadNames), MemberType = typeof(Vectors))]
    public void A_bad_key_is_refused_with_its_fault(string name)
    {
        BadVector vector = Vectors.Bad.Single(bad => bad.Name == name);

        Assert.Equal(vector.Fault, Tokens.Fault(System.Text.Encoding.UTF8.GetBytes(vector.Key)).Code());
    }

    [Theory]
    [MemberData(nameof(Vectors.GoodNames), MemberType = typeof(Vectors))]
    public void The_snippet_of_the_guide_narrows_as_the_vector_has_it(string name)
    {
        GoodVector vector = Vectors.Good.Single(good => good.Name == name);

        Assert.Equal(vector.Key, Narrow.Key(Vectors.Good[0].Key, [.. vector.Caveats.Select(caveat => (caveat.Type, caveat.Value))]));
    }

    [Fact]
    public void The_snippet_of_the_guide_is_the_one_that_is_tested()
    {
        string guide = File.ReadAllText(Path.Combine(Vectors.Folder(), "../../../../docs/capability-keys.md"));
        string[] tested = [.. File.ReadAllText(Path.Combine(Vectors.Folder(), "Narrow.cs")).Split($"\nnamespace {typeof(VectorTests).Namespace};\n")];

        Assert.Equal(2, tested.Length);
        Assert.Equal(tested[0] + tested[1], Snippet().Match(guide).Groups["code"].Value);
    }

    [Fact]
    public void The_snippet_of_the_guide_writes_values_in_their_forms()
    {
        DateTimeOffset end = Vectors.IssuedAt.AddMinutes(10);

        string key = Narrow.Key(Vectors.Good[0].Key, Narrow.Expires(end), Narrow.Models("gpt-5.4-*", "anthropic/claude-haiku-5-5"), Narrow.MaxTotal(500_000_000));

        Restrictions restrictions = Tokens.Verified(key).Restrictions;
        Assert.Equal(end, restrictions.NotAfter);
        Assert.Equal(["anthropic/claude-haiku-5-5", "gpt-5.4-*"], restrictions.Models!.Names);
        Assert.Equal(500_000_000, Assert.Single(restrictions.MaxTotals).Amount);
    }

    [Fact]
    public void The_guide_has_every_type_of_caveat()
    {
        string guide = File.ReadAllText(Path.Combine(Vectors.Folder(), "../../../../docs/capability-keys.md"));

        Assert.All(CaveatTypes.All, type => Assert.Contains($"\n| {(byte)type} | `{type.Word()}` | ", guide, StringComparison.Ordinal));
        Assert.Equal(CaveatTypes.All.Order(), Vectors.Good.SelectMany(good => good.Caveats).Select(caveat => (CaveatType)caveat.Type).Distinct().Order());
    }

    [Fact]
    public void The_guide_has_every_code()
    {
        string guide = File.ReadAllText(Path.Combine(Vectors.Folder(), "../../../../docs/capability-keys.md"));
        IEnumerable<string> codes = Enum.GetValues<CapabilityFault>().Skip(1).Select(fault => fault.Code()).Concat(Enum.GetValues<Breach>().Skip(1).Select(breach => breach.Code()));

        Assert.All(codes, code => Assert.Contains($"`{code}`", guide, StringComparison.Ordinal));
    }

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Snippet();
}
