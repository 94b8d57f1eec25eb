using System.Text.Json.Nodes;
using Causeway.Commands;
using Causeway.Testing;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed class LoginCommandTests : IAsyncLifetime
{
    private readonly string _directory = Path.Combine(Directory.CreateTempSubdirectory("causeway-login-").FullName, "causeway");
    private FakeIssuer _issuer = null!;
    private AdminHost _host = null!;

    private string Url => _host.Address.AbsoluteUri.TrimEnd('/');

    private string SessionsFile => Path.Combine(_directory, "sessions.json");

    public async ValueTask InitializeAsync()
    {
        _issuer = await FakeIssuer.StartAsync();
        _host = await AdminHost.StartAsync(SignInTests.Identity(_issuer.Url));
        int asked = 0;
        _issuer.Token = _ =>
        {
            if (++asked < 3)
            {
                return (400, new JsonObject { ["error"] = asked == 1 ? "authorization_pending" : "slow_down" });
            }

            JsonObject claims = _issuer.Claims(_host.Time.Now);
            claims["email"] = "mira@company.example";
            claims["groups"] = new JsonArray("search-devs");
            return (200, new JsonObject { ["id_token"] = _issuer.Sign(claims) });
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_person_signs_in_asks_who_they_are_and_signs_out_and_the_token_is_never_shown()
    {
        (int code, string output, string error) = await RunAsync("login");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith($"Open {_issuer.Url}/verify?user_code=WDJB-MJHT\nand confirm the code WDJB-MJHT\n", output, StringComparison.Ordinal);
        Assert.Contains("Signed in as company:mira@company.example\n", output, StringComparison.Ordinal);
        string kept = await File.ReadAllTextAsync(SessionsFile, TestContext.Current.CancellationToken);
        Assert.Contains("cws_", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("cws_", output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SessionsFile));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory));
        }

        (code, output, _) = await RunAsync("whoami");
        Assert.Equal(0, code);
        Assert.Contains("Teams  search\n", output, StringComparison.Ordinal);

        (code, output, _) = await RunAsync("logout");
        Assert.Equal((0, $"Signed out: company:mira@company.example at {Url}.\n"), (code, output));
        (code, _, error) = await RunAsync("whoami");
        Assert.Equal(2, code);
        Assert.StartsWith($"There is no token, and nobody is signed in at {Url}.\n  Sign in with: causeway login\n", error, StringComparison.Ordinal);

        await File.WriteAllTextAsync(SessionsFile, kept, TestContext.Current.CancellationToken); // A copy that somebody kept opens nothing.
        (code, _, error) = await RunAsync("whoami");
        Assert.Equal(1, code);
        Assert.Contains("session_over", error, StringComparison.Ordinal);
        Assert.Contains("The token came from causeway login.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_JSON_the_answer_is_who_it_is_without_the_token_and_the_address_stands_elsewhere()
    {
        (int code, string output, string error) = await RunAsync("login", "--json");

        Assert.Equal(0, code);
        Assert.StartsWith("Open ", error, StringComparison.Ordinal);
        Assert.Equal("company:mira@company.example", JsonNode.Parse(output)!["name"]!.GetValue<string>());
        Assert.DoesNotContain("cws_", output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_over_is_said_to_be_without_asking_and_a_token_of_the_environment_goes_first()
    {
        await RunAsync("login");
        _host.Time.Now += TimeSpan.FromHours(9);
        (int code, _, string error) = await RunAsync("whoami");
        Assert.Equal((2, true), (code, error.StartsWith($"Your session at {Url} ended at ", StringComparison.Ordinal)));

        Surroundings both = Mine() with { Variable = name => name == "CAUSEWAY_TOKEN" ? AdminHost.Token : Mine().Variable(name) };
        (code, string output, _) = await CommandRun.InvokeAsync(both, "whoami");
        Assert.Equal((0, true), (code, output.StartsWith("admin\n", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_that_others_can_read_or_that_is_no_such_file_is_not_used()
    {
        await RunAsync("login");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(SessionsFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
            (int refused, _, string why) = await RunAsync("whoami");
            Assert.Equal((2, true), (refused, why.Contains("can be read by others", StringComparison.Ordinal)));
            File.SetUnixFileMode(SessionsFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await File.WriteAllTextAsync(SessionsFile, "nonsense", TestContext.Current.CancellationToken);
        (int code, _, string error) = await RunAsync("whoami");
        Assert.Equal((2, true), (code, error.Contains("is not what this program wrote", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Where_nobody_signs_in_by_an_issuer_the_command_says_so()
    {
        await using AdminHost none = await AdminHost.StartAsync();

        (int code, _, string error) = await CommandRun.InvokeAsync(Mine(none.Address.AbsoluteUri), "login");

        Assert.Equal(1, code);
        Assert.Contains("(identity_off)", error, StringComparison.Ordinal);
        Assert.False(File.Exists(SessionsFile));
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(Mine(), arguments);

    private Surroundings Mine(string? url = null) => new()
    {
        Variable = name => name switch { "CAUSEWAY_URL" => url ?? Url, "CAUSEWAY_CONFIG_DIR" => _directory, _ => null },
        Time = new ImpatientTime(_host.Time),
    };
}
