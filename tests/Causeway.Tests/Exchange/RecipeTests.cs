using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Budgets.Grants;
using Causeway.Configuration;
using Causeway.Exchange;
using Causeway.Testing;
using Causeway.Tests.Admin;
using Causeway.Tests.Configuration;
using YamlDotNet.RepresentationModel;

namespace Causeway.Tests.Exchange;

/// <summary>docs/workloads.md: its configuration is what the gateway takes, its manifests are what the platforms take, and tokens as those platforms issue them become keys by it.</summary>
public sealed class RecipeTests : IAsyncLifetime
{
    private const string Kubernetes = "cluster";
    private const string GitHub = "github";
    private static readonly string[] s_blocks = [.. Pinned.Read("docs/workloads.md").Split("```yaml\n").Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)])];
    private readonly string _keys = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private FakeIssuer _issuer = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _issuer = await FakeIssuer.StartAsync();

    public ValueTask DisposeAsync()
    {
        File.Delete(_keys);
        return _issuer.DisposeAsync();
    }

    public static TheoryData<string, string, string, string> Refusals => new()
    {
        { Kubernetes, "aud", "another", "token_audience" },
        { Kubernetes, "/kubernetes.io/namespace", "shop", "exchange_no_rule" },
        { Kubernetes, "/kubernetes.io/serviceaccount/name", "default", "exchange_no_rule" },
        { Kubernetes, "iss", "https://other.cluster.example", "token_issuer" },
        { GitHub, "aud", "https://github.com/acme", "token_audience" },
        { GitHub, "repository", "acme/other", "exchange_no_rule" },
        { GitHub, "repository_owner_id", "1", "exchange_no_rule" },
        { GitHub, "job_workflow_ref", "acme/answers/.github/workflows/other.yml@refs/heads/main", "exchange_no_rule" },
        { GitHub, "job_workflow_ref", "acme/answers/.github/workflows/eval.yml@refs/pull/7/merge", "exchange_no_rule" },
    };

    [Theory]
    [InlineData(Kubernetes, "search-answers", "answers", "prod", 3600)]
    [InlineData(GitHub, "answers-eval", "nightly-eval", "eval", 900)]
    [InlineData("company", "batch-reports", "reports", "prod", 3600)]
    public async Task A_token_as_the_platform_issues_it_becomes_a_key(string issuer, string rule, string feature, string environment, int expires)
    {
        await using AdminHost host = await StartAsync(issuer);

        (HttpStatusCode status, JsonElement answer) = await ExchangeAsync(host, Sign(issuer, TokenOf(issuer, host.Time.Now)));

        Assert.True(status == HttpStatusCode.OK, answer.ToString());
        Assert.Equal((feature, environment, expires), (answer.GetProperty("feature").GetString(), answer.GetProperty("environment").GetString(), answer.GetProperty("expires_in").GetInt32()));
        Assert.Equal($"exchange:{rule}", Assert.Single(await host.Keys.ListAsync(Cancel)).CreatedBy);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Another_audience_repository_or_namespace_is_refused_and_it_is_said_what_to_do(string issuer, string claim, string value, string code)
    {
        await using AdminHost host = await StartAsync(issuer);
        JsonObject claims = TokenOf(issuer, host.Time.Now);
        JsonObject place = claims;
        string[] path = claim.TrimStart('/').Split('/');
        foreach (string step in claim[0] == '/' ? path[..^1] : [])
        {
            place = place[step]!.AsObject();
        }

        place[claim[0] == '/' ? path[^1] : claim] = value;

        (HttpStatusCode status, JsonElement problem) = await ExchangeAsync(host, Sign(issuer, claims));

        Assert.Equal((HttpStatusCode.BadRequest, code), (status, problem.GetProperty("code").GetString()));
        string said = problem.GetProperty("error_description").GetString()!;
        Assert.Contains(code == "exchange_no_rule" ? $"{claim} is {value}" : code == "token_audience" ? $"it must be for '{Configured(issuer).Issuers[0].Audience}'" : "issuer", said, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await host.Keys.ListAsync(Cancel));
    }

    [Fact]
    public void The_manifest_mounts_a_token_for_the_audience_that_the_configuration_has()
    {
        YamlMappingNode[] documents = [.. Documents(Assert.Single(s_blocks, block => block.StartsWith("apiVersion", StringComparison.Ordinal)))];
        YamlMappingNode account = documents[0];
        YamlMappingNode deployment = documents[1];
        YamlNode pod = At(deployment, "spec", "template", "spec");
        YamlNode container = At(pod, "containers", "0");
        YamlNode source = At(pod, "volumes", "0", "projected", "sources", "0", "serviceAccountToken");

        Assert.Equal(("v1", "ServiceAccount"), (Text(account, "apiVersion"), Text(account, "kind")));
        Assert.Equal(("apps/v1", "Deployment"), (Text(deployment, "apiVersion"), Text(deployment, "kind")));
        Assert.Equal((Text(account, "metadata", "name"), Text(account, "metadata", "namespace")), (Text(pod, "serviceAccountName"), Text(deployment, "metadata", "namespace")));
        Assert.Equal(Text(deployment, "spec", "selector", "matchLabels", "app"), Text(deployment, "spec", "template", "metadata", "labels", "app"));

        // These are all the fields that a projected token has.
        Assert.Equal(["path", "audience", "expirationSeconds"], ((YamlMappingNode)source).Children.Keys.Select(key => ((YamlScalarNode)key).Value));
        Assert.Equal(Configured(Kubernetes).Issuers[0].Audience, Text(source, "audience"));
        Assert.InRange(int.Parse(Text(source, "expirationSeconds"), System.Globalization.CultureInfo.InvariantCulture), 600, 86_400); // What the API takes.
        Assert.Equal(Text(pod, "volumes", "0", "name"), Text(container, "volumeMounts", "0", "name"));
        Assert.Equal($"{Text(container, "volumeMounts", "0", "mountPath")}/{Text(source, "path")}", Text(container, "env", "1", "value"));

        IReadOnlyDictionary<string, string> claims = Configured(Kubernetes).Exchange[0].Claims;
        Assert.Equal((claims["/kubernetes.io/namespace"], claims["/kubernetes.io/serviceaccount/name"]), (Text(account, "metadata", "namespace"), Text(account, "metadata", "name")));
    }

    [Fact]
    public void The_workflow_may_ask_for_its_token_and_masks_what_it_gets_before_it_is_used()
    {
        YamlMappingNode workflow = Documents(Assert.Single(s_blocks, block => block.StartsWith("name:", StringComparison.Ordinal))).Single();
        YamlNode job = At(workflow, "jobs", "eval");
        string run = Text(job, "steps", "1", "run");

        Assert.Equal(("write", "read"), (Text(job, "permissions", "id-token"), Text(job, "permissions", "contents")));
        Assert.Equal(Configured(GitHub).Issuers[0].Audience, Text(job, "env", "CAUSEWAY_URL"));
        Assert.Contains("&audience=$CAUSEWAY_URL\"", run, StringComparison.Ordinal);
        Assert.Contains(ExchangeRequest.GrantType, run, StringComparison.Ordinal);
        Assert.InRange(run.IndexOf("::add-mask::$key", StringComparison.Ordinal), 1, run.IndexOf("OPENAI_API_KEY=", StringComparison.Ordinal));
        Assert.InRange(run.IndexOf("::add-mask::$token", StringComparison.Ordinal), 1, run.IndexOf("/v1/token", StringComparison.Ordinal));
    }

    private IdentityConfiguration Configured(string issuer)
    {
        string block = Assert.Single(s_blocks, block => block.StartsWith("identity:", StringComparison.Ordinal) && block.Contains($"name: {issuer}\n", StringComparison.Ordinal));
        ConfigurationResult read = Files.Load(Files.Good + block, files: new() { ["/etc/causeway/cluster-keys.json"] = Keys(_issuer) });
        return read.Configuration?.Identity ?? throw new InvalidOperationException(string.Join('\n', read.Errors.Select(error => error.ToString())));
    }

    private static byte[] Keys(FakeIssuer issuer) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["keys"] = issuer.Keys(issuer) });

    // The page's own configuration, of which only the issuer's address is another. The cluster is not reached: its keys are in the file.
    private async Task<AdminHost> StartAsync(string issuer)
    {
        IdentityConfiguration page = Configured(issuer);
        IssuerConfiguration trusted = page.Issuers[0] with { Issuer = _issuer.Url };
        if (trusted.KeysFile is not null)
        {
            _issuer.IsAway = true;
            await File.WriteAllBytesAsync(_keys, Keys(_issuer), Cancel);
            trusted = trusted with { KeysFile = _keys };
        }

        IdentityConfiguration here = page with { Issuers = [trusted] };
        AdminHost host = await AdminHost.StartAsync(here);
        Assert.Empty(host.Ledger.Create(
            new Grant { Id = page.Exchange[0].Grant!.Value, Holder = new Holder(false, "search"), Scope = new Scope { Environments = [page.Exchange[0].Environment] }, CreatedAt = host.Time.Now, CreatedBy = "admin" }, out _));
        return host;
    }

    // Kubernetes names no type in its tokens' headers.
    private string Sign(string issuer, JsonObject claims) => _issuer.Sign(claims, header: head =>
    {
        if (issuer == Kubernetes)
        {
            head.Remove("typ");
        }
    });

    private JsonObject TokenOf(string issuer, DateTimeOffset now) => issuer switch
    {
        Kubernetes => Json($$$"""
            {"aud":["causeway"],"exp":{{{Unix(now.AddHours(1))}}},"iat":{{{Unix(now)}}},"iss":"{{{_issuer.Url}}}","jti":"5b8ef5f5-2c4f-4f1f-9f9e-3a1c6f1f0b51",
             "kubernetes.io":{"namespace":"search","node":{"name":"node-1","uid":"0c1d"},"pod":{"name":"answers-7d9c","uid":"1a2b"},"serviceaccount":{"name":"answers","uid":"3c4d"}},
             "nbf":{{{Unix(now)}}},"sub":"system:serviceaccount:search:answers"}
            """),
        GitHub => Json($$$"""
            {"jti":"7c1d2e3f-0000-4a5b-8c9d-0e1f2a3b4c5d","sub":"repo:acme/answers:ref:refs/heads/main","aud":"https://causeway.company.example","ref":"refs/heads/main","sha":"e5f0c1d2","repository":"acme/answers","repository_owner":"acme",
             "repository_owner_id":"65134432","run_id":"1234","run_number":"10","run_attempt":"1","repository_visibility":"private","repository_id":"74","actor_id":"12","actor":"mira","workflow":"eval","head_ref":"","base_ref":"",
             "event_name":"schedule","ref_protected":"true","ref_type":"branch","workflow_ref":"acme/answers/.github/workflows/eval.yml@refs/heads/main","workflow_sha":"e5f0c1d2",
             "job_workflow_ref":"acme/answers/.github/workflows/eval.yml@refs/heads/main","job_workflow_sha":"e5f0c1d2","runner_environment":"github-hosted",
             "iss":"{{{_issuer.Url}}}","nbf":{{{Unix(now.AddMinutes(-10))}}},"exp":{{{Unix(now.AddMinutes(5))}}},"iat":{{{Unix(now)}}}}
            """),
        _ => Json($$$"""{"iss":"{{{_issuer.Url}}}","sub":"svc-batch-reports","aud":"causeway","azp":"svc-batch-reports","iat":{{{Unix(now)}}},"exp":{{{Unix(now.AddHours(1))}}} }"""),
    };

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private static long Unix(DateTimeOffset moment) => moment.ToUnixTimeSeconds();

    private static IEnumerable<YamlMappingNode> Documents(string block)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(block));
        return stream.Documents.Select(document => (YamlMappingNode)document.RootNode);
    }

    private static YamlNode At(YamlNode node, params string[] path) => path.Aggregate(node, (place, step) => place is YamlSequenceNode list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : place[step]);

    private static string Text(YamlNode node, params string[] path) => ((YamlScalarNode)At(node, path)).Value!;

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> ExchangeAsync(AdminHost host, string token)
    {
        using var http = new HttpClient { BaseAddress = host.Address };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = ExchangeRequest.GrantType, ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt", ["subject_token"] = token });
        using HttpResponseMessage response = await http.PostAsync("v1/token", form, Cancel);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel)).RootElement);
    }
}
