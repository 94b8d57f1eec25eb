using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Causeway.Commands;

namespace Causeway.Tests.Commands;

public sealed class ShadowAdoptCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-adopt-").FullName;
    private readonly MemoryStream _raw = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_patch_is_taken_by_git_whatever_the_files_are_like()
    {
        byte[] windows = Encoding.UTF8.GetBytes("# größe\r\nclient = OpenAI()\r\nx = 1\r\n");
        byte[] latin = [.. "// caf"u8, 0xE9, .. "\nconst c = new OpenAI({ apiKey });"u8];
        Write("src/win.py", windows);
        Write("src/my latin.ts", latin);
        Write("keep.md", "https://api.openai.com/v1\n"u8.ToArray());
        await GitAsync("init", "-q");
        await GitAsync("add", ".");
        string patch = Path.Combine(_folder, "adopt.patch");

        (int code, string output, string error) = await RunAsync("shadow", "adopt", _folder, "--gateway", "https://gw.example", "--out", patch);
        string named = File.ReadAllText(patch, Encoding.Latin1).Replace(Named(), "", StringComparison.Ordinal);
        File.WriteAllText(patch, named, Encoding.Latin1);
        await GitAsync("apply", "--check", "adopt.patch");
        await GitAsync("apply", "adopt.patch");

        Assert.Equal((0, ""), (code, output));
        Assert.Contains("2 call sites in 2 files changed, 1 left to you.", error, StringComparison.Ordinal);
        Assert.Contains("keep.md:1  left:", error, StringComparison.Ordinal);
        Assert.Equal("# größe\r\nclient = OpenAI(base_url=\"https://gw.example/v1\")\r\nx = 1\r\n", File.ReadAllText(Path.Combine(_folder, "src/win.py")));
        Assert.Equal([.. "// caf"u8, 0xE9, .. "\nconst c = new OpenAI({ baseURL: \"https://gw.example/v1\", apiKey });"u8], File.ReadAllBytes(Path.Combine(_folder, "src/my latin.ts")));
        Assert.Equal(0, (await RunAsync("shadow", "scan", Path.Combine(_folder, "src"), "--gateway", "gw.example")).Code);
    }

    [Fact]
    public async Task Without_a_file_the_patch_is_printed_and_the_rest_said_beside_it()
    {
        Write("a.py", "client = OpenAI()\n"u8.ToArray());

        (int code, string output, string error) = await RunAsync("shadow", "adopt", _folder, "--gateway", "https://gw.example/");

        Assert.Equal((0, ""), (code, output));
        Assert.Contains("+client = OpenAI(base_url=\"https://gw.example/v1\")", Encoding.UTF8.GetString(_raw.ToArray()), StringComparison.Ordinal);
        Assert.Contains("1 call site in 1 file changed", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_changed_and_left_is_there_as_JSON()
    {
        Write("a.py", "client = OpenAI()\nother = AzureOpenAI(v)\n"u8.ToArray());

        (_, string output, _) = await RunAsync("shadow", "adopt", _folder, "--gateway", "https://gw.example", "--json");

        using JsonDocument report = JsonDocument.Parse(output);
        Assert.Equal(1, report.RootElement.GetProperty("changed")[0].GetProperty("line").GetInt32());
        Assert.Contains("Azure", report.RootElement.GetProperty("left")[0].GetProperty("why").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shadow", "adopt", ".")]
    [InlineData("shadow", "adopt", ".", "--gateway", "gw.example")]
    [InlineData("shadow", "adopt", ".", "--gateway", "https://gw.example/\"")]
    [InlineData("shadow", "adopt", "no-such-folder", "--gateway", "https://gw.example")]
    public async Task What_cannot_be_understood_ends_with_2(params string[] arguments) => Assert.Equal(2, (await RunAsync(arguments)).Code);

    // Paths are named from where the command runs.
    private string Named() => Path.GetRelativePath(Directory.GetCurrentDirectory(), _folder).Replace(Path.DirectorySeparatorChar, '/') + "/";

    private void Write(string path, byte[] bytes)
    {
        string full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }

    private async Task GitAsync(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = _folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["GIT_CONFIG_NOSYSTEM"] = "1" },
        })!;
        string error = await git.StandardError.ReadToEndAsync();
        await git.WaitForExitAsync();
        Assert.True(git.ExitCode == 0, $"git {string.Join(' ', arguments)}: {error}");
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = static _ => null, RawOutput = () => _raw }, arguments);
}
