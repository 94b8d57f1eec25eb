using System.Text;
using System.Text.Json.Nodes;
using Causeway.Commands;
using Causeway.Testing;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed class InitCommandTests : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("causeway-home-").FullName;
    private readonly string _project = Directory.CreateDirectory(Path.Combine(Directory.CreateTempSubdirectory("causeway-project-").FullName, "Answers Bot")).FullName;
    private FakeIssuer _issuer = null!;
    private AdminHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Url => _host.Address.AbsoluteUri.TrimEnd('/');

    private string Env => Path.Combine(_project, ".env");

    public async ValueTask InitializeAsync()
    {
        _issuer = await FakeIssuer.StartAsync();
        _host = await AdminHost.StartAsync(SignInTests.Identity(_issuer.Url));
        _issuer.Token = _ =>
        {
            JsonObject claims = _issuer.Claims(_host.Time.Now);
            claims["groups"] = new JsonArray("search-devs", "shop-devs");
            return (200, new JsonObject { ["id_token"] = _issuer.Sign(claims) });
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_project_gets_a_key_from_nothing_in_one_command()
    {
        await WriteAsync(".git/config", "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = git@github.example:shop/Answers-API.git\n\tfetch = +refs/heads/*\n");
        await WriteAsync("package.json", """{"name": "@shop/other", "dependencies": {"openai": "^6", "@google/genai": "^2"}}""");
        await WriteAsync(".env", "# mine\nPORT=8080\nOPENAI_API_KEY=cw0_an-old-one\n");
        await WriteAsync(".gitignore", "node_modules");

        (int code, string output, string error) = await RunAsync("init", _project, "--yes");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Open ", output, StringComparison.Ordinal); // It signed in.
        Assert.Contains(".env has a key for team shop, feature answers-api, environment dev\n", output, StringComparison.Ordinal);
        Assert.Contains("  Node: the SDK reads both; no line of code changes.\n", output, StringComparison.Ordinal);
        Assert.Contains("    httpOptions: { baseUrl: process.env.GOOGLE_GEMINI_BASE_URL }\n", output, StringComparison.Ordinal);
        string[] lines = await File.ReadAllLinesAsync(Env, Cancel);
        Assert.Equal(["# mine", "PORT=8080"], lines[..2]);
        Assert.Matches("^OPENAI_API_KEY=cw0_[A-Za-z0-9_-]{43}_[0-9a-f]{8}$", lines[2]);
        Assert.Equal([$"OPENAI_BASE_URL={Url}/v1", $"GOOGLE_GEMINI_BASE_URL={Url}"], lines[3..5]);
        Assert.Equal(lines[2].Split('=')[1], lines[5].Split('=')[1]);
        Assert.DoesNotContain(lines[2].Split('=')[1], output, StringComparison.Ordinal);
        Assert.Equal("node_modules\n.env\n", await File.ReadAllTextAsync(Path.Combine(_project, ".gitignore"), Cancel));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Env));
        }

        Assert.Equal("shop", Assert.Single(await _host.Keys.ListAsync(Cancel)).Attribution.Team);
    }

    [Fact]
    public async Task A_person_is_asked_and_may_take_the_guess_or_another()
    {
        (int code, string output, _) = await RunAsync(Asking("\nbot\n\n"), "init", _project);

        Assert.Equal(0, code);
        Assert.Contains("Team (search, shop) [search]: Feature [answers-bot]: Environment [dev]: ", output, StringComparison.Ordinal);
        Assert.Contains("for team search, feature bot, environment dev\n", output, StringComparison.Ordinal);
        Assert.Equal(6, (await File.ReadAllLinesAsync(Env, Cancel)).Length); // No SDK is found: the variables of all three.
    }

    [Fact]
    public async Task Values_of_others_are_not_overwritten_and_no_key_is_made_for_nothing()
    {
        await WriteAsync("requirements.txt", "fastapi\nopenai>=2.1\nanthropic-extra\n");
        await WriteAsync(".env", "export OPENAI_API_KEY=\"sk-proj-something\"\n");

        (int code, _, string error) = await RunAsync("init", _project, "--yes");

        Assert.Equal(1, code);
        Assert.Contains("has other values for OPENAI_API_KEY; nothing was made or changed.", error, StringComparison.Ordinal);
        Assert.Equal("export OPENAI_API_KEY=\"sk-proj-something\"\n", await File.ReadAllTextAsync(Env, Cancel));
        Assert.Empty(await _host.Keys.ListAsync(Cancel));

        (code, string output, _) = await RunAsync("init", _project, "--yes", "--force", "--json", "--inference-url", "https://ai.example/");
        JsonNode made = JsonNode.Parse(output)!;
        Assert.Equal((0, "answers-bot", "OpenAI (Python)"), (code, made["feature"]!.GetValue<string>(), made["sdks"]!.AsArray().Single()!.GetValue<string>()));
        Assert.DoesNotContain("sk-proj", await File.ReadAllTextAsync(Env, Cancel), StringComparison.Ordinal);
        Assert.Contains("OPENAI_BASE_URL=https://ai.example/v1\n", await File.ReadAllTextAsync(Env, Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain("cw0_", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_works_is_kept_and_none_is_made_beside_it()
    {
        await RunAsync("init", _project, "--yes", "--feature", "bot");
        string first = await File.ReadAllTextAsync(Env, Cancel);
        await File.WriteAllLinesAsync(Env, (await File.ReadAllLinesAsync(Env, Cancel)).Where(line => !line.StartsWith("GEMINI", StringComparison.Ordinal)), Cancel);

        (int code, string output, string error) = await RunAsync("init", _project, "--yes", "--feature", "bot");
        (_, string json, _) = await RunAsync("init", _project, "--yes", "--feature", "bot", "--json");

        Budgets.Keys.Key only = Assert.Single(await _host.Keys.ListAsync(Cancel));
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith(".env has a key for team search, feature bot, environment dev already; it works, and none was made\n", output, StringComparison.Ordinal);
        Assert.Equal(first.Split('\n').Order(), (await File.ReadAllTextAsync(Env, Cancel)).Split('\n').Order()); // What was missing has the same key.
        Assert.Equal(only.Id.ToString(), JsonNode.Parse(json)!["key_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_working_key_of_another_feature_is_a_value_that_only_force_overwrites()
    {
        await RunAsync("init", _project, "--yes", "--feature", "bot");
        string before = await File.ReadAllTextAsync(Env, Cancel);
        string old = Assert.Single(await _host.Keys.ListAsync(Cancel)).Id.ToString();

        (int refused, _, string why) = await RunAsync("init", _project, "--yes", "--feature", "other");
        string after = await File.ReadAllTextAsync(Env, Cancel);
        (int forced, string output, string left) = await RunAsync("init", _project, "--yes", "--feature", "other", "--force");

        Assert.Equal((1, 0), (refused, forced));
        Assert.Contains($"has the key {old} of search/bot/dev, which works; nothing was made or changed.\n  Put another one in its place: causeway init --force\n", why, StringComparison.Ordinal);
        Assert.Equal(before, after);
        Assert.StartsWith(".env has a key for team search, feature other, environment dev\n", output, StringComparison.Ordinal);
        Assert.Equal($"The one that was there still works: the key {old} of search/bot/dev. End it with: causeway key revoke {old}\n", left);
        Assert.NotEqual(before, await File.ReadAllTextAsync(Env, Cancel));
    }

    [Fact]
    public async Task A_key_that_was_revoked_is_replaced_without_a_word()
    {
        await RunAsync("init", _project, "--yes", "--feature", "bot");
        string before = await File.ReadAllTextAsync(Env, Cancel);
        await RunAsync("key", "revoke", Assert.Single(await _host.Keys.ListAsync(Cancel)).Id.ToString());

        (int code, string output, string error) = await RunAsync("init", _project, "--yes", "--feature", "bot");

        Assert.Equal((0, ""), (code, error));
        Assert.DoesNotContain("already", output.Split('\n')[0], StringComparison.Ordinal);
        Assert.NotEqual(before, await File.ReadAllTextAsync(Env, Cancel));
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_the_guesses_are_said_and_nothing_is_done()
    {
        (int code, _, string error) = await RunAsync("init", _project);

        Assert.Equal(2, code);
        Assert.Contains("Take the guesses (team search, feature answers-bot, environment dev): causeway init --yes", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Env));
    }

    [Fact]
    public async Task What_the_server_refuses_leaves_the_project_as_it_was()
    {
        (int code, _, string error) = await RunAsync("init", _project, "--team", "payments", "--feature", "bot");

        Assert.Equal((1, true), (code, error.Contains("(key_not_yours)", StringComparison.Ordinal)));
        Assert.False(File.Exists(Env));
    }

    [Fact]
    public async Task A_token_of_the_configuration_says_the_team_itself()
    {
        Surroundings admin = Mine() with { Variable = name => name == "CAUSEWAY_TOKEN" ? AdminHost.Token : Mine().Variable(name) };
        (int code, _, string error) = await RunAsync(admin, "init", _project, "--yes");
        Assert.Equal((2, true), (code, error.Contains("--team TEAM", StringComparison.Ordinal)));

        (code, string output, _) = await RunAsync(admin, "init", _project, "--team", "search", "--feature", "bot", "--env", "staging");
        Assert.Equal((0, true), (code, output.Contains("for team search, feature bot, environment staging", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_project_file_of_dotnet_names_it_and_its_SDKs()
    {
        await WriteAsync("src/Answers.Api/Answers.Api.csproj", """<Project><ItemGroup><PackageReference Include="OpenAI" Version="2" /><PackageReference Include="Anthropic" Version="13" /></ItemGroup></Project>""");

        var project = new Project(_project);

        Assert.Equal("answers.api", project.Feature);
        Assert.Equal(["OpenAI .NET", "Anthropic .NET"], project.Sdks().Select(sdk => $"{sdk.Vendor.Name} {sdk.Language}"));
    }

    private async Task WriteAsync(string name, string text)
    {
        string path = Path.Combine(_project, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, Cancel);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(Mine(), arguments);

    private static Task<(int Code, string Output, string Error)> RunAsync(Surroundings surroundings, params string[] arguments) => CommandRun.InvokeAsync(surroundings, arguments);

    private Surroundings Asking(string answers) => Mine() with { CanAsk = static () => true, Input = () => new MemoryStream(Encoding.UTF8.GetBytes(answers)) };

    private Surroundings Mine() => new()
    {
        Variable = name => name switch { "CAUSEWAY_URL" => Url, "HOME" => _home, _ => null },
        Time = new ImpatientTime(_host.Time),
        CanAsk = static () => false,
    };
}
