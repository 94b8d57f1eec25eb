using System.Text;
using System.Text.Json;
using Causeway.Commands;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed class ReleaseCommandTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-releases-").FullName;
    private AdminHost _host = null!;
    private string _input = "";

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_new_release_is_the_first_line_and_then_what_it_is()
    {
        string prompt = Write("prompt.txt", "Be brief.\n");

        (int code, string output, string error) = await RunAsync(
            "release", "new", "--pin", "openai/gpt-5.5", "--pin", "closed/m", "--prompt", prompt, "--param", "temperature=0.2", "--param", "stop=END", "--param", "stop=a=b", "--label", "spring");

        Assert.Equal((0, ""), (code, error));
        string id = output.Split('\n')[0];
        Assert.Matches("^rel_[0-9a-f]{64}$", id);
        Assert.Equal(
            $"""
            {id}

              Pins         openai/gpt-5.5-2026-04-23 (snapshot)
                           closed/m (unknown)
              stop         ["END","a=b"]
              temperature  0.2
              Prompt       10 characters
              Label        spring
              Made         2026-11-23 14:25 UTC
              closed/m is not in the catalogue: whether it is fixed is not known.

            It serves nobody yet. Point a channel at it with: causeway channel new NAME --release {id[..16]}

            """,
            output);
    }

    [Fact]
    public async Task Json_begins_with_the_id()
    {
        (int code, string output, _) = await RunAsync("release", "new", "--pin", "closed/m", "--json");

        Assert.Equal(0, code);
        Assert.Matches("^\\{\"id\":\"rel_[0-9a-f]{64}\",", output);
    }

    [Theory]
    [InlineData("--param temprature=1", "--param temprature is not a parameter; did you mean \"temperature\"?")]
    [InlineData("--param temperature", "--param temperature is a number from 0 to 2")]
    [InlineData("--param temperature=3", "--param temperature is a number from 0 to 2")]
    [InlineData("--param seed=1 --param seed=2", "--param seed comes more than once.")]
    [InlineData("--prompt /nowhere/prompt.txt", "The prompt /nowhere/prompt.txt does not exist.")]
    public async Task What_cannot_be_understood_is_not_sent(string options, string expected)
    {
        (int code, string output, string error) = await RunAsync(["release", "new", "--pin", "closed/m", .. options.Split(' ')]);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Empty(await _host.Releases.ListAsync(10, null, CancellationToken.None));
    }

    [Fact]
    public async Task An_alias_without_a_snapshot_is_refused_with_the_way_out()
    {
        await RunAsync("release", "new", "--pin", "openai/gpt-5.5");

        (int code, _, string error) = await RunAsync("release", "new", "--pin", "openia/gpt-5.5");

        Assert.Equal(1, code);
        Assert.Contains("pins[0]: \"openia/gpt-5.5\" names no provider of this deployment; did you mean \"openai\"?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Releases_are_listed_shown_and_compared()
    {
        string left = await ReleaseAsync("--pin", "openai/gpt-5.5", "--param", "temperature=1", "--prompt", Write("a", "one\ntwo\nthree\nfour"));
        string right = await ReleaseAsync("--pin", "openai/gpt-5.5", "--pin", "claude/claude-opus-5-5", "--prompt", Write("b", "one\n2\n2b\nthree\nfour"));

        (_, string list, _) = await RunAsync("release", "list");
        (_, string shown, _) = await RunAsync("release", "show", left[..12]);
        (_, string diff, _) = await RunAsync("release", "diff", left[..12], right[..12]);
        (_, string same, _) = await RunAsync("release", "diff", left, left);

        Assert.Equal(3, list.TrimEnd().Split('\n').Length);
        Assert.StartsWith($"{left}\n\n  Pins         openai/gpt-5.5-2026-04-23 (snapshot)\n", shown, StringComparison.Ordinal);
        Assert.EndsWith("\n  | one\n  | two\n  | three\n  | four\n", shown, StringComparison.Ordinal);
        Assert.Equal(
            $"""
            FIELD                   {left[..16]}  {right[..16]}
            pins[1]                 none              claude/claude-opus-5-5
            prompt:2                two               2
            prompt:3                                  2b
            parameters.temperature  1                 none

            """,
            diff);
        Assert.Equal("They are the same release.\n", same);
    }

    [Fact]
    public async Task A_channel_is_made_listed_shown_and_remembered()
    {
        string id = await ReleaseAsync("--pin", "openai/gpt-5.5");

        (int made, string output, string error) = await RunAsync("channel", "new", "support", "--release", id[..12], "--unsupported", "drop");
        (_, string list, _) = await RunAsync("channel", "list");
        (_, string shown, _) = await RunAsync("channel", "show", "support");
        (_, string history, _) = await RunAsync("channel", "history", "support");
        (int twice, _, string exists) = await RunAsync("channel", "new", "support", "--release", id);
        (int wrong, _, _) = await RunAsync("channel", "new", "other", "--release", id, "--unsupported", "ignore");

        Assert.Equal((0, ""), (made, error));
        Assert.Equal(
            $"""
            support
              Release             {id}
              Pins                openai/gpt-5.5-2026-04-23
              Unsupported fields  drop
              Conformance         warn
              Version             1
              Since               2026-11-23 14:25 UTC

            Callers send "model": "support", from the next request on.

            """,
            output);
        Assert.StartsWith(shown, output, StringComparison.Ordinal);
        Assert.Equal($"CHANNEL  RELEASE           PINS                       UNSUPPORTED  CONFORMANCE  VERSION  SINCE\nsupport  {id[..16]}  openai/gpt-5.5-2026-04-23  drop         warn               1  2026-11-23 14:25 UTC\n", list);
        Assert.Equal($"VERSION  RELEASE           UNSUPPORTED  CONFORMANCE  SINCE\n      1  {id[..16]}  drop         warn         2026-11-23 14:25 UTC\n", history);
        Assert.Equal((1, 2), (twice, wrong));
        Assert.Contains("(channel_exists)", exists, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_is_applied_with_the_files_beside_it()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "prompts"));
        Write("prompts/support.txt", "Be brief.\n");
        string file = Write("policy.yaml", "releases:\n  spring:\n    pins: [openai/gpt-5.5]\n    prompt_file: prompts/support.txt\nchannels:\n  support: {release: spring}\n");

        (int dry, string planned, _) = await RunAsync("apply", "-f", file, "--dry-run");
        (int code, string output, string error) = await RunAsync("apply", "-f", file);
        (_, string again, _) = await RunAsync("apply", "--file", file);

        string id = _host.Policies.Current.FindChannel("support")!.ReleaseName;
        Assert.Equal((0, 0, ""), (dry, code, error));
        Assert.Equal("Be brief.\n", _host.Policies.Current.FindChannel("support")!.Release.Prompt);
        string table = $"\nWHAT     NAME     CHANGE  FROM  TO\nrelease  spring   made          {id[..16]}\nchannel  support  made          {id[..16]}\n";
        Assert.Equal("Nothing was changed. It would be:\n" + table, planned);
        Assert.Equal($"Applied: routing revision {_host.Policies.Current.Routing.Revision}\n" + table, output);
        Assert.NotEqual(_host.Policies.Current.Number, _host.Policies.Current.Routing.Revision); // The other number would be seen.
        Assert.StartsWith("Everything is as the document says already.\n", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_exported_can_be_piped_in_and_changes_nothing()
    {
        string id = await ReleaseAsync("--pin", "openai/gpt-5.5", "--prompt", Write("p", "One.\nTwo.\n"));
        await RunAsync("channel", "new", "support", "--release", id);
        (_, string exported, _) = await RunAsync("export");
        (_, string json, _) = await RunAsync("export", "--all", "--json");
        long before = _host.Policies.Current.Number;
        _input = exported;

        (int code, string output, string error) = await RunAsync("apply", "-f", "-");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("Everything is as the document says already.\n", output, StringComparison.Ordinal);
        Assert.Equal(before, _host.Policies.Current.Number);
        Assert.Contains("    prompt: |\n      One.\n      Two.\n", exported, StringComparison.Ordinal);
        Assert.Equal("support", JsonDocument.Parse(json).RootElement.GetProperty("channels").GetProperty("support").GetProperty("release").GetString());
    }

    [Fact]
    public async Task Mistakes_are_told_as_places_in_the_file()
    {
        Write("p.txt", "one\ntwo\n");
        string file = Write("policy.yaml", "releases:\n  spring:\n    prompt_file: p.txt\n    pins: [openia/gpt-5.5]\n    parms: {}\nchannels:\n  support: {release: sprig}\n");

        (int code, string output, string error) = await RunAsync("apply", "-f", file);

        Assert.Equal((1, ""), (code, output));
        Assert.Equal(
            $"""
            The policy was not applied (policy_invalid) at {_host.Address.AbsoluteUri.TrimEnd('/')}
              Mend what "errors" names; nothing was applied.
              {file}:4:12  releases.spring.pins[0]: "openia/gpt-5.5" names no provider of this deployment; did you mean "openai"?
              {file}:5:5  releases.spring.parms: is not a field; did you mean "params"? (pins, prompt, prompt_file, params, contract or allow_alias)
              {file}:7:22  channels.support.release: "sprig" is neither a label of this document nor an id (rel_…); did you mean "spring"?

            """,
            error);
        Assert.Empty(_host.Policies.Current.Channels);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told_before_anything_is_sent()
    {
        string file = Write("policy.yaml", "releases:\n  spring:\n    pins: [openai/gpt-5.5]\n    prompt_file: gone.txt\n");

        (int prompt, _, string noPrompt) = await RunAsync("apply", "-f", file);
        (int document, _, string noDocument) = await RunAsync("apply", "-f", "/nowhere/policy.yaml");

        Assert.Equal((2, 2), (prompt, document));
        Assert.Equal($"{file}:4:18  releases.spring.prompt_file: \"gone.txt\" does not exist\n", noPrompt);
        Assert.Equal("/nowhere/policy.yaml does not exist.\n", noDocument);
        Assert.Empty(await _host.Releases.ListAsync(10, null, CancellationToken.None));
    }

    private string Write(string name, string text)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    private async Task<string> ReleaseAsync(params string[] options)
    {
        (int code, string output, string error) = await RunAsync(["release", "new", .. options]);
        Assert.Equal((0, ""), (code, error));
        return output.Split('\n')[0];
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), Input = () => new MemoryStream(Encoding.UTF8.GetBytes(_input)) }, arguments);
}
