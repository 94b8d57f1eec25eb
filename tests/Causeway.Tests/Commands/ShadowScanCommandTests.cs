using System.Diagnostics;
using System.Text.Json;
using Causeway.Commands;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;
using Causeway.Shadow.Scan;

namespace Causeway.Tests.Commands;

public sealed class ShadowScanCommandTests : IDisposable
{
    // A key that nobody was given.
    private const string Key = "gsk_" + "Zq3vLr8TnXw5YbKd2JfHs7GcPm4Ve9RuQa6WtBy1NxDzCkMhFjSp";
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-scan-").FullName;
    private byte[] _input = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_key_in_a_tree_is_told_with_its_place_and_never_whole()
    {
        Write("src/app.py", $"import os\nkey = \"{Key}\"\n");

        (int code, string output, string error) = await RunAsync("shadow", "scan", _folder);

        Assert.Equal((1, ""), (code, error));
        Assert.Contains("src/app.py:2:8  error    groq_key  Groq API key: gsk_…FjSp", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Key[4..20], output, StringComparison.Ordinal);
        Assert.Contains("1 error in 1 file", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tree_without_any_ends_with_0()
    {
        Write("src/app.py", "print('hello')\n");

        (int code, string output, _) = await RunAsync("shadow", "scan", _folder);

        Assert.Equal(0, code);
        Assert.StartsWith("Nothing found in 1 file", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no/such/folder", "does not exist")]
    [InlineData(".", "--max-file-size is 1 to 512", "--max-file-size", "0")]
    [InlineData(".", "cannot be read", "--rules", "no-such-file.json")]
    [InlineData(".", "cannot be read", "--baseline", "no-such-file.json")]
    [InlineData(".", "--level: \"loud\" is not one of: note, warning, error", "--level", "loud")]
    public async Task What_cannot_be_understood_ends_with_2(string path, string complaint, params string[] options)
    {
        (int code, _, string error) = await RunAsync(["shadow", "scan", path == "." ? _folder : path, .. options]);

        Assert.Equal(2, code);
        Assert.Contains(complaint, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_git_ignores_is_not_looked_at_unless_that_is_wanted()
    {
        Directory.CreateDirectory(Path.Combine(_folder, ".git"));
        Write(".gitignore", "*.env\n!keep.env\nbuild/\n");
        Write("a.env", Key);
        Write("keep.env", Key);
        Write("build/x.py", Key);
        Write("deep/.gitignore", "x.txt\n");
        Write("deep/x.txt", Key);
        Write(".git/config", Key);

        Assert.Equal(["keep.env"], await PathsAsync());
        Assert.Equal(["a.env", "build/x.py", "deep/x.txt", "keep.env"], await PathsAsync("--no-ignore"));
        Assert.Equal(["a.env", "deep/x.txt", "keep.env"], await PathsAsync("--no-ignore", "--exclude", "build"));
    }

    [Fact]
    public async Task Of_a_folder_inside_a_repository_the_ignore_files_above_count_too()
    {
        Directory.CreateDirectory(Path.Combine(_folder, ".git", "info"));
        Write(".git/info/exclude", "secret.txt\n");
        Write(".gitignore", "/sub/a.txt\n");
        Write("sub/a.txt", Key);
        Write("sub/secret.txt", Key);
        Write("sub/b.txt", Key);

        (_, string output, _) = await RunAsync("shadow", "scan", Path.Combine(_folder, "sub"), "--json");

        Assert.EndsWith("sub/b.txt", Assert.Single(Paths(output)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tree_is_seen_as_git_sees_it()
    {
        var random = new Random(20261126);
        string[] names = ["a", "b", "ab", "a.log", "b.txt", "x"];
        string[] patterns = ["a", "*.log", "/b", "a/", "**/x", "a/**", "!a.log", "b/*", "a*b", "[ab]", "!x", "/a/b/", "*/x", "a/**/x", "!b/", "?", "\\a"];
        for (int round = 0; round < 12; round++)
        {
            string tree = Path.Combine(_folder, $"tree{round}");
            Directory.CreateDirectory(tree);
            await GitAsync(tree, "init", "-q");
            for (int i = 0; i < 40; i++)
            {
                string path = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => names[random.Next(names.Length)]));
                string full = Path.Combine(tree, path);
                if (!Directory.Exists(full) && TryMakeFolder(Path.GetDirectoryName(full)!))
                {
                    File.WriteAllText(full, Key);
                }
            }

            foreach (string folder in Directory.EnumerateDirectories(tree).Where(one => !one.EndsWith(".git", StringComparison.Ordinal)).Prepend(tree).ToArray())
            {
                File.WriteAllLines(Path.Combine(folder, ".gitignore"), Enumerable.Range(0, random.Next(0, 5)).Select(_ => patterns[random.Next(patterns.Length)]));
            }

            string[] git = (await GitAsync(tree, "ls-files", "--others", "--exclude-standard", "-z")).Split('\0', StringSplitOptions.RemoveEmptyEntries);

            string[] seen = [.. new SourceTree(IgnoreFile.Parse([]), honoursIgnoreFiles: true).Files(tree).Select(file => Path.GetRelativePath(tree, file.Path))];

            Assert.Equal(git.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task What_a_baseline_knows_is_not_told_again_and_new_ones_are()
    {
        Write("a.py", $"key = '{Key}'\n");
        string baseline = Path.Combine(_folder, "known.json");
        (int first, _, _) = await RunAsync("shadow", "scan", _folder, "--write-baseline", baseline);
        Write("a.py", $"# moved\n\nkey = '{Key}'\n");
        (int second, string known, _) = await RunAsync("shadow", "scan", _folder, "--baseline", baseline);
        Write("b.py", "url = 'https://api.openai.com'\n");
        (int third, string output, _) = await RunAsync("shadow", "scan", _folder, "--baseline", baseline);

        Assert.Equal((0, 0, 1), (first, second, third));
        Assert.Contains("1 known by the baseline", known, StringComparison.Ordinal);
        Assert.Contains("openai_host", output, StringComparison.Ordinal);
        Assert.DoesNotContain("groq_key", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Key[4..20], File.ReadAllText(baseline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_in_SARIF_conforms_to_its_schema()
    {
        Write("src/my app.py", $"key = '{Key}'\nclient = OpenAI()\nurl = 'https://api.openai.com'\n");
        string sarif = Path.Combine(_folder, "out.sarif");

        await RunAsync("shadow", "scan", _folder, "--sarif", sarif, "--level", "note");

        var schema = JsonSchema.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "sarif-2.1.0.json")));
        byte[] bytes = File.ReadAllBytes(sarif);
        using JsonDocument log = JsonDocument.Parse(bytes);
        Assert.Empty(Validator.Of(schema).Validate(bytes));
        Assert.Equal(3, log.RootElement.GetProperty("runs")[0].GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task The_level_says_what_is_told()
    {
        Write("package.json", "{ \"dependencies\": { \"openai\": \"6\" } }");

        Assert.Equal(0, (await RunAsync("shadow", "scan", _folder)).Code);
        Assert.Equal(1, (await RunAsync("shadow", "scan", _folder, "--level", "note")).Code);
    }

    [Fact]
    public async Task A_file_of_rules_adds_its_own_and_one_that_is_wrong_is_refused()
    {
        string rules = Path.Combine(_folder, "rules.json");
        File.WriteAllText(rules, """{"rules":[{"id":"corp_key","title":"Corp key","vendor":"corp","kind":"secret","level":"error","anchors":["corp_"],"pattern":"corp_[a-z0-9]{20}","source":"security team"}]}""");
        Write("tree/a.txt", "corp_q8w7e6r5t4z3u2i1o0p9\n");

        (int code, string output, _) = await RunAsync("shadow", "scan", Path.Combine(_folder, "tree"), "--rules", rules);
        File.WriteAllText(rules, """{"rules":[{"id":"corp_key"}]}""");
        (int refused, _, string error) = await RunAsync("shadow", "scan", Path.Combine(_folder, "tree"), "--rules", rules);

        Assert.Equal((1, 2), (code, refused));
        Assert.Contains("corp_key  Corp key", output, StringComparison.Ordinal);
        Assert.Contains("rule \"corp_key\": \"title\" is missing", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_input_is_looked_through()
    {
        _input = System.Text.Encoding.UTF8.GetBytes($"+key = '{Key}'\n");

        (int code, string output, _) = await RunAsync("shadow", "scan", "-");

        Assert.Equal(1, code);
        Assert.Contains("stdin:1:9", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_too_large_or_binary_is_skipped_and_said()
    {
        File.WriteAllBytes(Path.Combine(_folder, "large.txt"), new byte[2 * 1024 * 1024]);
        File.WriteAllBytes(Path.Combine(_folder, "binary.bin"), [0, 1, 2]);

        (int code, string output, string error) = await RunAsync("shadow", "scan", _folder, "--max-file-size", "1", "--json");

        Assert.Equal(0, code);
        using JsonDocument report = JsonDocument.Parse(output);
        Assert.Equal(1, report.RootElement.GetProperty("skipped_binary").GetInt32());
        Assert.EndsWith("large.txt", report.RootElement.GetProperty("skipped_too_large")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("larger than --max-file-size", error, StringComparison.Ordinal);
    }

    private static bool TryMakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return true;
        }
        catch (IOException)
        {
            return false; // A file has the name of the folder.
        }
    }

    private static async Task<string> GitAsync(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, Environment = { ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["GIT_CONFIG_NOSYSTEM"] = "1" } })!;
        string output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        return git.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)} failed");
    }

    private static string[] Paths(string json)
    {
        using JsonDocument report = JsonDocument.Parse(json);
        return [.. report.RootElement.GetProperty("findings").EnumerateArray().Select(one => one.GetProperty("path").GetString()!)];
    }

    private async Task<string[]> PathsAsync(params string[] options)
    {
        (_, string output, _) = await RunAsync(["shadow", "scan", _folder, "--json", .. options]);
        return [.. Paths(output).Select(path => Path.GetRelativePath(_folder, path))];
    }

    private void Write(string path, string text)
    {
        string full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = static _ => null, Input = () => new MemoryStream(_input) }, arguments);
}
