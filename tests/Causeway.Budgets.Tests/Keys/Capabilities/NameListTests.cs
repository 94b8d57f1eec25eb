using Causeway.Budgets.Keys.Capabilities;
using CsCheck;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

public sealed class NameListTests
{
    // Short words of two letters meet, overlap and contain one another often.
    private static readonly Gen<string> s_name = Gen.Char["ab"].Array[1, 4].Select(chars => new string(chars));
    private static readonly Gen<NameList> s_list = Gen.Select(s_name, Gen.Bool, (name, prefix) => prefix ? name + "*" : name).Array[1, 4]
        .Select(names => NameList.Of(names, prefixes: true).List!);

    private static readonly string[] s_all = [.. Enumerable.Range(1, 5).SelectMany(length => Enumerable.Range(0, 1 << length)
        .Select(bits => string.Concat(Enumerable.Range(0, length).Select(bit => (bits >> bit & 1) == 0 ? 'a' : 'b'))))];

    [Fact]
    public void The_meet_of_two_lists_allows_what_both_allow() => Gen.Select(s_list, s_list).Sample((one, other) =>
    {
        NameList meet = one.Meet(other);
        return s_all.All(name => meet.Allows(name) == (one.Allows(name) && other.Allows(name)));
    });

    [Fact]
    public void A_list_covers_another_exactly_when_it_allows_all_that_the_other_allows() => Gen.Select(s_list, s_list).Sample((one, other) =>
        // One name longer than any list's shows what a prefix covers.
        !one.Covers(other) || s_all.All(name => !other.Allows(name) || one.Allows(name)));

    [Fact]
    public void A_list_that_does_not_cover_another_misses_something() => Gen.Select(s_list, s_list).Sample((one, other) =>
        // Exact names can add up to all that a pattern of this alphabet allows, but not to all that it allows at large.
        one.Covers(other) || other.Names.Any(name => !one.Allows(name.Replace("*", "c"))));

    [Fact]
    public void What_is_written_is_read_back() => s_list.Sample(list => Caveat.Read(CaveatType.Model, Value(list)) is { } read && Tokens.Of(read).Models!.Names.SequenceEqual(list.Names));

    [Theory]
    [InlineData("gpt-5.4*", "gpt-5.4", true)]
    [InlineData("gpt-5.4*", "gpt-5.4-mini", true)]
    [InlineData("gpt-5.4*", "GPT-5.4", false)]
    [InlineData("gpt-5.4", "gpt-5.4-mini", false)]
    [InlineData("gpt-5.4", "gpt-5", false)]
    [InlineData("gpt-5.4", "", false)]
    [InlineData("/v1/*", "/v1/chat/completions", true)]
    [InlineData("/v1/*", "/v1", false)]
    public void A_name_matches_as_a_whole_or_by_its_beginning(string pattern, string name, bool expected) =>
        Assert.Equal(expected, NameList.Of([pattern], prefixes: true).List!.Allows(name));

    [Theory]
    [InlineData("", true)]
    [InlineData("a,b", true)]
    [InlineData("a b", true)]
    [InlineData("*", true)]
    [InlineData("a*b", true)]
    [InlineData("a**", true)]
    [InlineData("modèle", true)]
    [InlineData("dev*", false)]
    public void What_is_no_name_is_told(string name, bool prefixes)
    {
        (NameList? list, string? problem) = NameList.Of(["good", name], prefixes);

        Assert.Null(list);
        Assert.StartsWith($"\"{name}\" is not a name: ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_have_128_characters_at_most()
    {
        Assert.NotNull(NameList.Of([new string('a', 128)], prefixes: false).List);
        Assert.Null(NameList.Of([new string('a', 129)], prefixes: false).List);
        Assert.Equal("names nothing", NameList.Of([], prefixes: false).Problem);
    }

    private static byte[] Value(NameList list) => Caveat.Of(CaveatType.Model, list.Names).Caveat!.Value.ToArray();
}
