using System.CommandLine;
using Causeway.Commands;

namespace Causeway.Tests.Commands;

/// <summary>What is wrong with a line, told before anything is asked of a server.</summary>
public sealed class TypedLineTests
{
    public static TheoryData<string, string, string[]> Mistakes { get; } = new()
    {
        { "causeway has no verb \"spnd\"; did you mean \"spend\"?", "causeway", ["spnd"] },
        { "causeway has no verb \"rollbak\"; did you mean \"rollback\"?", "causeway", ["rollbak", "support"] },
        { "causeway has no verb \"qqq\".", "causeway", ["qqq"] },
        { "causeway has no option \"--verison\"; did you mean \"--version\"?", "causeway", ["--verison"] },
        { "causeway key has no verb \"nw\"; did you mean \"new\"?", "causeway key", ["key", "nw"] },
        { "causeway audit has no verb \"verfy\"; did you mean \"verify\"?", "causeway audit", ["audit", "verfy"] },
        { "causeway key needs a verb: new, list, revoke, revocations, attenuate, prove, verify, exchange.", "causeway key", ["key"] },
        { "causeway key needs a verb: new, list, revoke, revocations, attenuate, prove, verify, exchange.", "causeway key", ["key", "--json"] },
        { "causeway spend has no option \"--sinc\"; did you mean \"--since\"?", "causeway spend", ["spend", "--sinc", "24h"] },
        { "causeway spend has no option \"--sinc\"; did you mean \"--since\"?", "causeway spend", ["spend", "--sinc=24h"] },
        { "causeway spend takes no argument: what is \"24h\"?", "causeway spend", ["spend", "24h"] },
        { "causeway channel show takes no further argument: what is \"b\"?", "causeway channel show", ["channel", "show", "a", "b"] },
        { "--before: \"abc\" is not a whole number. Write it in digits, like 100.", "causeway audit", ["audit", "--before", "abc"] },
        { "--limit: 99999999999 is too large. The most that can be written is 2147483647.", "causeway run list", ["run", "list", "--limit", "99999999999"] },
        { "--percent: \"a fifth\" is not a number. Write it like 0.5.", "causeway drill", ["drill", "support", "--percent", "a fifth"] },
        { "--kind: \"slce\" is not one of: slice, full, partition, capacity; did you mean \"slice\"?", "causeway drill", ["drill", "support", "--kind", "slce"] },
        { "--streams: \"foo\" is not one of: drain, reissue, cut", "causeway rollback", ["rollback", "support", "--streams", "foo"] },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_one_sentence_on_standard_error_and_nothing_is_written_where_the_answer_goes(string sentence, string verb, string[] line)
    {
        (int code, string output, string error) = await CommandRun.InvokeAsync(Alone(), line);

        Assert.Equal((2, "", $"{sentence}\nSee: {verb} --help\n"), (code, output, error));
    }

    [Fact]
    public async Task No_verb_takes_an_argument_that_is_empty()
    {
        int arguments = 0;
        foreach ((string[] path, Command command) in Verbs(Root(), []))
        {
            for (int empty = 0; empty < command.Arguments.Count; empty++)
            {
                string[] line = [.. path, .. command.Arguments.Select((_, i) => i == empty ? "" : "x")];

                (int code, string output, string error) = await CommandRun.InvokeAsync(Alone(), line);

                Assert.Equal((2, ""), (code, output));
                Assert.Contains($"{command.Arguments[empty].Name} is empty. Is the variable set that stands in its place?\n", error, StringComparison.Ordinal);
                Assert.DoesNotContain("is empty", string.Concat(Root().Parse([.. path, .. command.Arguments.Select(_ => "x")]).Errors), StringComparison.Ordinal);
                arguments++;
            }
        }

        Assert.InRange(arguments, 50, int.MaxValue);
    }

    [Fact]
    public void No_option_that_takes_a_number_answers_with_the_name_of_a_type()
    {
        int numbers = 0;
        foreach ((string[] path, Command command) in Verbs(Root(), []))
        {
            foreach (Option option in command.Options.Where(option => (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) is var type && (type == typeof(int) || type == typeof(long))))
            {
                string[] errors = [.. Root().Parse([.. path, option.Name, "abc"]).Errors.Select(error => error.Message)];

                Assert.Contains($"{option.Name}: \"abc\" is not a whole number. Write it in digits, like 100.", errors);
                Assert.DoesNotContain(errors, error => error.Contains("System.", StringComparison.Ordinal));
                Assert.DoesNotContain(Root().Parse([.. path, option.Name, "12"]).Errors, error => error.Message.StartsWith(option.Name + ":", StringComparison.Ordinal));
                numbers++;
            }
        }

        Assert.InRange(numbers, 20, int.MaxValue);
    }

    [Fact]
    public async Task A_line_that_begins_with_a_verb_is_answered_by_that_verb_alone_in_the_same_words()
    {
        string[] verbs = [.. Root().Subcommands.Select(verb => verb.Name)];
        Assert.Equal(verbs, verbs.Distinct());
        foreach (string verb in verbs)
        {
            Assert.Equal([verb], Root(verb).Subcommands.Select(one => one.Name));
            foreach (string[] line in (string[][])[[verb, "--help"], [verb, "nonsense", "--nonsense"], [verb, verbs[^1]]])
            {
                if (line is [_, "--help"] || !CanRun(line))
                {
                    Assert.Equal(await SaidAsync(Root(), line), await SaidAsync(Root(verb), line));
                }
            }
        }

        foreach (string other in (string[])["--help", "--version", "nonsense", "Up", ""])
        {
            Assert.Equal(verbs, Root(other).Subcommands.Select(one => one.Name));
        }
    }

    // Such a line is not run here.
    private static bool CanRun(string[] line) => Root().Parse(line).Errors.Count == 0;

    private static async Task<string> SaidAsync(RootCommand root, string[] line)
    {
        using StringWriter output = new(), error = new();
        int code = await root.RunAsync(line, new InvocationConfiguration { Output = output, Error = error });
        return $"{code}\n{output}\n{error}";
    }

    private static IEnumerable<(string[] Path, Command Command)> Verbs(Command command, string[] path) =>
        command.Subcommands.SelectMany(child => Verbs(child, [.. path, child.Name])).Prepend((path, command));

    private static RootCommand Root(string? first = null) => CommandLine.Create((_, _) => Task.FromResult(5), (_, _) => Task.FromResult(6), (_, _) => Task.FromResult(7), Alone(), first);

    private static Surroundings Alone() => new() { Variable = static _ => null };
}
