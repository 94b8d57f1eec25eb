using Causeway.Shadow.Adopt;
using Causeway.Shadow.Scan;

namespace Causeway.Shadow.Tests.Adopt;

public sealed class AdoptFileTests
{
    private static readonly TextScanner s_scanner = new(RuleSet.Shipped, ["gw.example"]);
    private static readonly AdoptRecipes s_recipes = new("https://gw.example");

    [Theory]
    [InlineData("a.py", "client = OpenAI()", "client = OpenAI(base_url=\"https://gw.example/v1\")")]
    [InlineData("a.py", "client = openai.AsyncOpenAI(api_key=key)", "client = openai.AsyncOpenAI(base_url=\"https://gw.example/v1\", api_key=key)")]
    [InlineData("a.py", "client = OpenAI(", "client = OpenAI(base_url=\"https://gw.example/v1\",")]
    [InlineData("a.ipynb", "   \"client = OpenAI()\\n\",", "   \"client = OpenAI(base_url='https://gw.example/v1')\\n\",")]
    [InlineData("a.py", "client = anthropic.Anthropic()", "client = anthropic.Anthropic(base_url=\"https://gw.example\")")]
    [InlineData("a.py", "client = genai.Client(api_key=k)", "client = genai.Client(http_options={\"base_url\": \"https://gw.example\"}, api_key=k)")]
    [InlineData("a.py", "llm = ChatOpenAI(model=\"m\")", "llm = ChatOpenAI(base_url=\"https://gw.example/v1\", model=\"m\")")]
    [InlineData("a.py", "litellm.completion(model=m, messages=x)", "litellm.completion(api_base=\"https://gw.example/v1\", model=m, messages=x)")]
    [InlineData("a.ts", "const c = new OpenAI();", "const c = new OpenAI({ baseURL: \"https://gw.example/v1\" });")]
    [InlineData("a.ts", "const c = new OpenAI({ apiKey });", "const c = new OpenAI({ baseURL: \"https://gw.example/v1\", apiKey });")]
    [InlineData("a.ts", "const c = new OpenAI({", "const c = new OpenAI({ baseURL: \"https://gw.example/v1\",")]
    [InlineData("a.ts", "const c = new OpenAI({});", "const c = new OpenAI({ baseURL: \"https://gw.example/v1\" });")]
    [InlineData("a.js", "const c = new Anthropic();", "const c = new Anthropic({ baseURL: \"https://gw.example\" });")]
    [InlineData("a.js", "const c = new GoogleGenAI({ apiKey: k });", "const c = new GoogleGenAI({ httpOptions: { baseUrl: \"https://gw.example\" }, apiKey: k });")]
    [InlineData("A.cs", "var c = new OpenAIClient(key);", "var c = new OpenAI.OpenAIClient(new System.ClientModel.ApiKeyCredential(key), new OpenAI.OpenAIClientOptions { Endpoint = new Uri(\"https://gw.example/v1\") });")]
    [InlineData("A.java", "var c = OpenAIOkHttpClient.builder().apiKey(k).build();", "var c = OpenAIOkHttpClient.builder().baseUrl(\"https://gw.example/v1\").apiKey(k).build();")]
    [InlineData("config.yaml", "url: https://api.openai.com/v1/chat/completions", "url: https://gw.example/v1/chat/completions")]
    [InlineData(".env", "ANTHROPIC_BASE_URL=https://api.anthropic.com", "ANTHROPIC_BASE_URL=https://gw.example")]
    [InlineData("a.go", "const u = \"https://eu.api.openai.com/v1\"", "const u = \"https://gw.example/v1\"")]
    public void A_call_site_is_pointed_at_Causeway(string file, string before, string after)
    {
        AdoptFile adopted = Adopt(file, before + "\n");

        Assert.Empty(adopted.Left);
        Assert.Single(adopted.Changed);
        Assert.Equal($"--- a/{file}\n+++ b/{file}\n@@ -1,1 +1,1 @@\n-{before}\n+{after}\n", adopted.Patch);
        Assert.Empty(Adopt(file, after + "\n").Changed);
    }

    [Theory]
    [InlineData("a.py", "c = AzureOpenAI(api_version=v)", "an Azure client builds its own paths")]
    [InlineData("a.py", "c = AnthropicBedrock()", "a client for another cloud")]
    [InlineData("a.ts", "const c = new OpenAI(options);", "its options are made elsewhere")]
    [InlineData("a.cs", "var c = new OpenAIClient(key, options);", "give it OpenAIClientOptions")]
    [InlineData("a.go", "c := openai.NewClient(key)", "add option.WithBaseURL")]
    [InlineData("a.py", "boto3.client('bedrock-runtime')", "AWS clients sign for AWS")]
    [InlineData("README.md", "https://api.openai.com/v1", "a document")]
    [InlineData("a.py", "host = 'api.openai.com'", "no address with https:// before it")]
    [InlineData("a.py", "url = 'https://openrouter.ai/api/v1'", "its paths are not Causeway's")]
    public void What_a_line_cannot_do_is_left_with_the_reason(string file, string line, string why)
    {
        AdoptFile adopted = Adopt(file, line + "\n");

        Assert.Equal("", adopted.Patch);
        Assert.Contains(why, Assert.Single(adopted.Left).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_credential_is_never_in_what_is_said_and_has_to_be_revoked()
    {
        string key = new Scan.Seeded(9).Secret("groq_key")!.Value.Secret;

        AdoptedPlace left = Assert.Single(Adopt("a.py", $"key = '{key}'\n").Left);

        Assert.Contains("revoke it at the vendor", left.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Places_that_are_near_share_a_hunk_and_a_last_line_without_an_end_is_marked()
    {
        string text = string.Join('\n', Enumerable.Range(1, 20).Select(i => i is 2 or 4 or 20 ? "c = OpenAI()" : $"line {i}"));

        AdoptFile adopted = Adopt("a.py", text);

        Assert.Equal([2, 4, 20], adopted.Changed.Select(place => place.Line));
        Assert.Equal(2, adopted.Patch.Split("@@ -").Length - 1);
        Assert.Contains("@@ -1,7 +1,7 @@", adopted.Patch, StringComparison.Ordinal);
        Assert.Contains("@@ -17,4 +17,4 @@", adopted.Patch, StringComparison.Ordinal);
        Assert.Equal(2, adopted.Patch.Split("\\ No newline at end of file").Length - 1);
    }

    [Fact]
    public void Two_places_in_one_line_are_both_changed()
    {
        AdoptFile adopted = Adopt("a.py", "a, b = OpenAI(), Anthropic()\n");

        Assert.Equal(2, adopted.Changed.Count);
        Assert.Contains("+a, b = OpenAI(base_url=\"https://gw.example/v1\"), Anthropic(base_url=\"https://gw.example\")\n", adopted.Patch, StringComparison.Ordinal);
    }

    private static AdoptFile Adopt(string file, string text) => AdoptFile.Of(text, file, s_scanner.Scan(text, file), s_recipes);
}
