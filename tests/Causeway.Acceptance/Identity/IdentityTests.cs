using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Causeway.Acceptance.Pages;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Identity;

/// <summary>The paved road from its beginning: people and workloads by a real provider, to a first attributed answer.</summary>
public sealed class IdentityTests(IdentityHouse house) : IClassFixture<IdentityHouse>, IDisposable
{
    private const string Exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static readonly TimeSpan s_promised = TimeSpan.FromSeconds(60);
    private static readonly HttpClient s_http = new();
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task From_causeway_login_to_the_first_attributed_answer_it_takes_less_than_a_minute()
    {
        string project = Directory.CreateDirectory(_home["answers-bot"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(project, "requirements.txt"), "openai==2.1.0\n", TestContext.Current.CancellationToken);
        long began = Stopwatch.GetTimestamp();

        CommandRun login = await LoginAsync("mira", "device");
        CommandRun init = await RunAsync("init", project, "--yes");
        string[] env = await File.ReadAllLinesAsync(Path.Combine(project, ".env"), TestContext.Current.CancellationToken);
        string key = env.Single(line => line.StartsWith("OPENAI_API_KEY=", StringComparison.Ordinal)).Split('=')[1];
        (int status, string body, _) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody());

        TimeSpan took = Stopwatch.GetElapsedTime(began);
        Assert.True(status == 200, body);
        Assert.True(took < s_promised, $"It took {took.TotalSeconds:0.0} s.");
        TestContext.Current.TestOutputHelper!.WriteLine($"From causeway login to 200 OK: {took.TotalSeconds:0.0} s");
        Assert.Contains("Signed in as company:mira@company.example", login.Output, StringComparison.Ordinal);
        Assert.Contains("for team search, feature answers-bot, environment dev", init.Output, StringComparison.Ordinal);
        JsonElement booked = (await house.Gateway.UsageAsync())[0];
        Assert.Equal(("search", "answers-bot", "dev"), (Text(booked, "team"), Text(booked, "feature"), Text(booked, "env")));
        Assert.Contains($"OPENAI_BASE_URL={house.Gateway.Address.GetLeftPart(UriPartial.Authority)}/v1", env);

        Assert.Equal(0, (await RunAsync("key", "new", "--feature", "other")).ExitCode);
        CommandRun refused = await RunAsync("key", "new", "--feature", "other", "--env", "prod");
        Assert.Equal((1, true), (refused.ExitCode, refused.Error.Contains("key_not_yours", StringComparison.Ordinal)));
        Assert.Equal(1, (await RunAsync("reload")).ExitCode);
        Assert.Equal(0, (await RunAsync("logout")).ExitCode);
        Assert.Equal(2, (await RunAsync("whoami")).ExitCode);
        Assert.DoesNotContain("cws_", login.Output + login.Error + house.Gateway.Process.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whose_groups_mean_nothing_here_is_a_developer_of_no_team_and_is_told()
    {
        CommandRun login = await LoginAsync("sam", "device");
        CommandRun key = await RunAsync("key", "new", "--feature", "a");

        Assert.Contains("None of your groups at company (strangers) belongs to a team here.", login.Output, StringComparison.Ordinal);
        Assert.Equal((1, true), (key.ExitCode, key.Error.Contains("belongs to no team here", StringComparison.Ordinal)));
        Assert.Equal("developer", (await RunAsync("whoami", "--json")).Json.GetProperty("roles")[0].GetString());
    }

    [Fact]
    public async Task Who_declines_at_the_provider_is_not_signed_in()
    {
        CommandRun login = await LoginAsync("mira", "decline");

        Assert.Equal((1, true), (login.ExitCode, login.Error.Contains("sign_in_refused", StringComparison.Ordinal)));
        Assert.Equal(2, (await RunAsync("whoami")).ExitCode);
    }

    [Fact]
    public async Task The_console_signs_in_by_the_provider_and_its_way_back_is_good_once_and_in_one_browser()
    {
        JsonElement seen = await Browser.RunAsync(house.Gateway, "console", "signin", person: "paula");

        Assert.Equal("company:paula@company.example", seen.GetProperty("name").GetString());
        Assert.Equal("causeway_session true Strict", Assert.Single(seen.GetProperty("cookies").EnumerateArray()).GetString());
        Assert.DoesNotContain("code=", seen.GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.Contains("Begin again.", seen.GetProperty("refused").GetString(), StringComparison.Ordinal);
        JsonElement[] events = [.. (await house.Gateway.RunAsync("audit", "--json", "--kind", "signed_in,signed_out")).Json.GetProperty("entries").EnumerateArray().Where(one => Text(one, "actor").Contains("paula", StringComparison.Ordinal))];
        Assert.Equal(["signed_in", "signed_out"], events.Select(one => Text(one, "kind")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Behind_a_proxy_with_TLS_and_a_prefix_it_is_the_same()
    {
        JsonElement seen = await Browser.RunAsync(house.Gateway, "proxied", "signin", person: "sam", port: house.ProxyPort);

        Assert.StartsWith($"https://127.0.0.1:{house.ProxyPort}/gateway/console/", seen.GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("secure").GetBoolean());
    }

    [Fact]
    public async Task A_workloads_token_becomes_a_key_that_works_and_is_attributed()
    {
        string token = await house.SignAsync(new { sub = "system:serviceaccount:search:answers-api" });
        string file = _home["token"];
        await File.WriteAllTextAsync(file, token, TestContext.Current.CancellationToken);

        CommandRun exchanged = await CommandRun.OfAsync(_home.Path, house.PersonAt(_home.Path), "key", "exchange", "--subject-token-file", file, "--scope", "max_output:200");
        string key = exchanged.Output.Trim();
        (int status, string body, _) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody());

        Assert.True(status == 200, exchanged.Error + body);
        Assert.StartsWith("cw1_", key, StringComparison.Ordinal);
        JsonElement booked = (await house.Gateway.UsageAsync())[0];
        Assert.Equal(("search", "answers-api", "dev"), (Text(booked, "team"), Text(booked, "feature"), Text(booked, "env")));
        JsonElement entry = Assert.Single(
            (await house.Gateway.RunAsync("audit", "--json", "--kind", "token_exchanged")).Json.GetProperty("entries").EnumerateArray(), one => Text(one, "actor") == "exchange:answers-pods");

        await house.RestartAsync(); // What was given out is good after it.
        Assert.Equal(200, (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status);
        await house.Gateway.RunAsync("key", "revoke", Text(entry, "key"));
        Assert.Equal(401, (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status);
    }

    [Fact]
    public async Task A_workloads_token_that_is_not_what_it_says_becomes_nothing()
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        const string sub = "system:serviceaccount:search:answers-api";
        (string Code, string Token)[] bad =
        [
            ("token_audience", await house.SignAsync(new { sub, aud = "another" })),
            ("token_expired", await house.SignAsync(new { sub, exp = now - 120 })),
            ("token_algorithm", await house.SignAsync(new { sub }, "none")),
            ("token_signature", await house.SignAsync(new { sub }, "key")),
            ("token_issuer", await house.SignAsync(new { sub, iss = "https://elsewhere.example" })),
            ("exchange_no_rule", await house.SignAsync(new { sub = "system:serviceaccount:shop:answers-api" })),
            ("exchange_no_id", await house.SignAsync(new { sub = "ci", repository = "acme/answers" })),
        ];
        string once = await house.SignAsync(new { sub = "ci", repository = "acme/answers", jti = "1" });

        foreach ((string code, string token) in bad)
        {
            Assert.Equal((HttpStatusCode.BadRequest, code), await ExchangeAsync(token));
        }

        Assert.Equal((HttpStatusCode.OK, ""), await ExchangeAsync(once));
        Assert.Equal((HttpStatusCode.BadRequest, "exchange_replayed"), await ExchangeAsync(once));
        await house.RestartAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "exchange_replayed"), await ExchangeAsync(once));
    }

    [Fact]
    public async Task The_doctor_looks_at_the_issuers()
    {
        CommandRun doctor = await CommandRun.OfAsync(_home.Path, house.Environment, "doctor", "--config", house.ConfigurationFile, "--json");

        JsonElement[] found = [.. JsonElement.Parse(doctor.Output).GetProperty("findings").EnumerateArray().Where(one => Text(one, "subject").StartsWith("issuer ", StringComparison.Ordinal))];
        Assert.Equal(["issuer company: Is reached: 1 key; people sign in by browser and by device.", "issuer cluster: Is reached: 1 key."], found.Select(one => $"{Text(one, "subject")}: {Text(one, "message")}"));
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.OfAsync(_home.Path, house.PersonAt(_home.Path), arguments);

    // A person in a browser confirms what "causeway login" printed.
    private async Task<CommandRun> LoginAsync(string person, string how)
    {
        await using var login = CausewayProcess.Start(_home.Path, house.PersonAt(_home.Path), "login");
        string line = await login.LineAsync(line => line.StartsWith("Open ", StringComparison.Ordinal));
        await Browser.RunAsync(house.Gateway, how, "signin", person: person, verification: line["Open ".Length..]);
        return new CommandRun(await login.EndAsync(), login.Output.Text, login.Error.Text);
    }

    private async Task<(HttpStatusCode Status, string Code)> ExchangeAsync(string token)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = Exchange, ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt", ["subject_token"] = token });
        using HttpResponseMessage response = await s_http.PostAsync(new Uri(house.Gateway.Address, "/v1/token"), form);
        return (response.StatusCode, response.Headers.TryGetValues("x-causeway-error", out IEnumerable<string>? code) ? code.Single() : "");
    }
}
