using System.Text;
using Causeway.Shadow.Scan;
using CsCheck;

namespace Causeway.Shadow.Tests.Scan;

public sealed class TextScannerTests
{
    [Theory]
    [InlineData("api.openai.com", 1)]
    [InlineData("https://api.openai.com/v1", 1)]
    [InlineData("https://eu.api.openai.com/v1", 1)]
    [InlineData("api.openai.com.evil.example", 0)]
    [InlineData("myapi.openai.com", 0)]
    [InlineData("my-api.openai.com", 0)]
    [InlineData("Talk to api.openai.com. Then rest.", 1)]
    [InlineData("url=https%3A%2F%2Fapi.openai.com%2Fv1", 1)]
    [InlineData("corp-eastus.openai.azure.com", 1)]
    [InlineData("europe-west4-aiplatform.googleapis.com", 1)]
    [InlineData("bedrock-runtime.eu-central-1.amazonaws.com", 1)]
    [InlineData("platform.openai.com/docs", 0)]
    public void A_vendors_address_is_found_where_it_stands_by_itself(string text, int found) =>
        Assert.Equal(found, Findings(text, "config.yaml").Count(one => one.Rule.Kind == FindingKind.Host));

    [Theory]
    [InlineData("app.py", "client = OpenAI()", 1)]
    [InlineData("app.py", "client = AsyncOpenAI(\n    api_key=key,\n)", 1)]
    [InlineData("app.py", "client = OpenAI(\n    base_url=url,\n)", 0)]
    [InlineData("app.py", "class NotOpenAI(Base): pass", 0)]
    [InlineData("app.ts", "const c = new OpenAI({ apiKey })", 1)]
    [InlineData("app.ts", "const c = new OpenAI({ apiKey, baseURL })", 0)]
    [InlineData("app.py", "new OpenAI()", 1)]
    [InlineData("app.txt", "client = OpenAI()", 0)]
    [InlineData("app.py", "client = anthropic.Anthropic()", 1)]
    [InlineData("app.cs", "var c = new AnthropicClient();", 1)]
    [InlineData("app.go", "c := openai.NewClient(key)", 1)]
    [InlineData("app.py", "boto3.client('bedrock-runtime', region_name='eu-west-1')", 1)]
    [InlineData("app.py", "genai.Client(api_key=k)", 1)]
    public void A_client_is_found_in_its_language_unless_it_is_told_where_to_go(string file, string text, int found) =>
        Assert.Equal(found, Findings(text, file).Count(one => one.Rule.Kind == FindingKind.Client));

    [Theory]
    [InlineData("package.json", "    \"openai\": \"^6.1.0\",", "openai")]
    [InlineData("package.json", "    \"@anthropic-ai/sdk\": \"^1.0.0\"", "@anthropic-ai/sdk")]
    [InlineData("requirements.txt", "openai==2.1\n", "openai")]
    [InlineData("requirements-dev.txt", "numpy\nlangchain-openai>=1\n", "langchain-openai")]
    [InlineData("App.csproj", "<PackageReference Include=\"OpenAI\" />", "OpenAI")]
    [InlineData("go.mod", "\tgithub.com/sashabaranov/go-openai v1.2.3", "go-openai")]
    [InlineData("package.json", "    \"openai-like\": \"1\"", null)]
    [InlineData("app.py", "openai==2.1", null)]
    public void A_package_is_found_in_manifests(string file, string text, string? found) =>
        Assert.Equal(found, Findings(text, file).SingleOrDefault(one => one.Rule.Kind == FindingKind.Dependency)?.Shown);

    [Fact]
    public void What_is_made_beside_the_gateways_address_is_no_finding()
    {
        var scanner = new TextScanner(RuleSet.Shipped, ["causeway.example.com"]);
        const string good = "client = ChatOpenAI(\n    openai_api_base=\"https://causeway.example.com/v1\",\n)\n";
        const string bad = "client = ChatOpenAI()\n\n\n\n\n\n\n\n\n\n\n\n\nurl = \"https://causeway.example.com/v1\"\n";

        Assert.Empty(scanner.Scan(good, "app.py"));
        Assert.Single(scanner.Scan(bad, "app.py"));
    }

    [Fact]
    public void A_key_is_found_whatever_the_gateway_is()
    {
        string key = new Seeded(3).Secret("groq_key")!.Value.Secret;

        Assert.Single(new TextScanner(RuleSet.Shipped, ["causeway.example.com"]).Scan($"https://causeway.example.com {key}", "x"));
    }

    [Fact]
    public void A_line_that_says_so_is_let_be() => Assert.Empty(Findings("url = 'https://api.openai.com'  # causeway:allow", "a.py"));

    [Fact]
    public void Lines_and_columns_are_those_of_an_editor()
    {
        string key = new Seeded(4).Secret("groq_key")!.Value.Secret;

        Finding finding = Assert.Single(Findings($"eins\r\nzwei\n€ 😀 ä={key};\n", "a.py"));

        Assert.Equal((3, 8, 8 + key.Length), (finding.Line, finding.Column, finding.EndColumn));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_in_utf_16_is_read(bool bigEndian)
    {
        var encoding = new UnicodeEncoding(bigEndian, byteOrderMark: true);
        byte[] bytes = [.. encoding.Preamble, .. encoding.GetBytes("ä\nhttps://api.openai.com")];
        using var source = new SourceText();

        Assert.True(source.TryRead(bytes));

        Finding finding = Assert.Single(source.Findings(new TextScanner(RuleSet.Shipped, []).Scan(source.Characters, "a"), "a"));
        Assert.Equal((2, 9), (finding.Line, finding.Column));
    }

    [Fact]
    public void A_binary_file_is_no_text()
    {
        using var source = new SourceText();

        Assert.False(source.TryRead([1, 2, 0, 3]));
    }

    [Fact]
    public void A_secret_is_never_shown_whole_whatever_the_rule()
    {
        var random = new Seeded(5);
        foreach (ScanRule rule in RuleSet.Shipped.Rules.Where(rule => rule.Kind == FindingKind.Secret && rule.Id != "google_service_account"))
        {
            string secret = random.Secret(rule.Id)!.Value.Secret;

            string shown = Finding.Show(rule, secret);

            Assert.True(shown.Length <= rule.Keep.Length + 5, $"{rule.Id}: {shown}");
        }
    }

    [Fact]
    public void A_fingerprint_stays_when_lines_move_and_differs_for_a_second_one()
    {
        string before = Assert.Single(Findings("https://api.openai.com", "a.py")).Fingerprint;
        IReadOnlyList<Finding> after = Findings("\n\n# new\nhttps://api.openai.com\nhttps://api.openai.com", "a.py");

        Assert.Equal(before, after[0].Fingerprint);
        Assert.NotEqual(before, after[1].Fingerprint);
        Assert.NotEqual(before, Findings("https://api.openai.com", "b.py")[0].Fingerprint);
    }

    [Fact]
    public void A_key_in_a_line_of_half_a_million_characters_is_found_at_both_ends()
    {
        var random = new Seeded(6);
        string first = random.Secret("openai_key")!.Value.Secret;
        string last = random.Secret("openai_key")!.Value.Secret;
        string text = $"{first};{string.Concat(Enumerable.Repeat("var openai=1;", 40_000))};{last}";

        Assert.Equal(2, Findings(text, "app.min.js").Count(one => one.Rule.Id == "openai_key"));
    }

    [Fact]
    public void Any_bytes_can_be_looked_through() => Gen.Byte.Array[0, 4_000].Sample(bytes =>
    {
        using var source = new SourceText();
        if (source.TryRead(bytes))
        {
            _ = source.Findings(new TextScanner(RuleSet.Shipped, []).Scan(source.Characters, "a.py"), "a.py").ToArray();
        }
    }, iter: 200);

    [Fact]
    public void Pieces_of_what_is_looked_for_in_any_order_do_no_harm()
    {
        string[] pieces = [.. RuleSet.Shipped.Rules.SelectMany(rule => rule.Anchors), "=", "\n", "\"", " ", "sk-", new Seeded(1).Text(Seeded.Base62, 40), new Seeded(2).Text(Seeded.Hex, 32)];
        var scanner = new TextScanner(RuleSet.Shipped, ["gateway"]);

        Gen.Int[0, pieces.Length - 1].Array[1, 60].Sample(order =>
        {
            string text = string.Concat(order.Select(i => pieces[i]));
            foreach (TextScanner.Match match in scanner.Scan(text, "package.json"))
            {
                Assert.InRange(match.Start, 0, text.Length - match.Length);
            }
        }, iter: 500);
    }

    private static IReadOnlyList<Finding> Findings(string text, string name)
    {
        using var source = new SourceText();
        Assert.True(source.TryRead(Encoding.UTF8.GetBytes(text)));
        return [.. source.Findings(new TextScanner(RuleSet.Shipped, []).Scan(source.Characters, name), name)];
    }
}
