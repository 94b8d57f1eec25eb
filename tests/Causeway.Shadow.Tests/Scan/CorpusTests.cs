using System.Text;
using Causeway.Shadow.Scan;

namespace Causeway.Shadow.Tests.Scan;

/// <summary>Recall and precision of the shipped rules on files whose secrets are known, since they were put there.</summary>
public sealed class CorpusTests
{
    private const int PerRule = 60;
    private static readonly TextScanner s_scanner = new(RuleSet.Shipped, []);

    [Fact]
    public void Of_secrets_in_all_sorts_of_files_99_of_100_are_found_and_95_of_100_findings_are_secrets()
    {
        var random = new Seeded(20261126);
        int planted = 0;
        int met = 0;
        int wrong = 0;
        List<string> missed = [];
        foreach (ScanRule rule in RuleSet.Shipped.Rules.Where(rule => rule.Kind == FindingKind.Secret))
        {
            for (int i = 0; i < PerRule; i++)
            {
                (string secret, string companion) = random.Secret(rule.Id) ?? throw new InvalidOperationException($"The corpus has no secret for {rule.Id}.");
                (string text, string name) = File(random, rule.Id, secret, companion);
                planted++;
                IReadOnlyList<Found> found = Secrets(text, name);
                bool isMet = found.Any(one => one.Text == secret);
                met += isMet ? 1 : 0;
                wrong += found.Count(one => one.Text != secret);
                if (!isMet)
                {
                    missed.Add($"{rule.Id} in {name}: {text}");
                }
            }
        }

        foreach (int i in Enumerable.Range(0, planted))
        {
            (string text, string name) = Harmless(random, i);
            wrong += Secrets(text, name).Count;
        }

        double recall = (double)met / planted;
        double precision = (double)met / (met + wrong);
        Assert.True(recall >= 0.99, $"recall {recall:P2} of {planted}; missed: {missed.FirstOrDefault()}");
        Assert.True(precision >= 0.95, $"precision {precision:P2}: {wrong} findings are no secrets");
    }

    [Fact]
    public void Every_rule_that_finds_a_secret_is_in_the_corpus() => Assert.All(
        RuleSet.Shipped.Rules.Where(rule => rule.Kind == FindingKind.Secret), rule => Assert.NotNull(new Seeded(1).Secret(rule.Id)));

    private static IReadOnlyList<Found> Secrets(string text, string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        using var source = new SourceText();
        Assert.True(source.TryRead(bytes));
        return [.. s_scanner.Scan(source.Characters, name).Where(match => match.Rule.Kind == FindingKind.Secret)
            .Select(match => new Found(Encoding.UTF8.GetString(bytes, match.Start, match.Length)))];
    }

    private static (string Text, string Name) File(Seeded random, string rule, string secret, string companion)
    {
        string vendor = rule.Split('_')[0];
        string variable = rule switch { "azure_openai_hex_key" => "AZURE_OPENAI_API_KEY", "aws_secret_key" => "AWS_SECRET_ACCESS_KEY", "elevenlabs_key" => "ELEVENLABS_API_KEY", _ => vendor.ToUpperInvariant() + "_API_KEY" };
        if (rule == "google_service_account")
        {
            return ($"{{\n  {secret},\n  {companion}\n}}", "robot.json");
        }

        string before = random.Of("", "# Größe und Länge\n", "import os\n\n", "\ufeff");
        string line = random.Of(
            $"{variable}={secret}",
            $"export {variable}=\"{secret}\"",
            $"{variable}: {secret}",
            $"  \"{variable.ToLowerInvariant()}\": \"{secret}\",",
            $"const {variable.ToLowerInvariant()} = '{secret}';",
            $"    {variable.ToLowerInvariant()}=\"{secret}\",");
        string name = random.Of(".env", "settings.py", "config.yaml", "app.ts", "notebook.ipynb", "appsettings.json", "README.md");
        return ($"{before}{line}{random.Of("\n", "\r\n", "")}{(companion.Length > 0 ? $"\n# {companion}\n" : "")}", name);
    }

    // What looks like a secret and is none: digests, ids, placeholders, keys that are cut or too long, words.
    private static (string Text, string Name) Harmless(Seeded random, int number) => (number % 20) switch
    {
        0 => ($"\"integrity\": \"sha512-{random.Text(Seeded.Base62, 86)}==\"", "package-lock.json"),
        1 => ($"commit {random.Text(Seeded.Hex, 40)}", "notes.md"),
        2 => ($"id: {random.Uuid()}", "data.yaml"),
        3 => ("OPENAI_API_KEY=sk-proj-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", ".env.example"),
        4 => ($"ANTHROPIC_API_KEY=sk-ant-api03-{random.Text(Seeded.Url, 40)}", ".env"),
        5 => ("AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "readme.md"),
        6 => ("const key = process.env.GROQ_API_KEY; // gsk_your_key_here", "app.js"),
        7 => ($"ghp_{random.Text(Seeded.Base62, 36)}", "ci.yaml"),
        8 => ($"class=\"task-{random.Text(Seeded.Lower, 32)}\"", "page.html"),
        9 => ($"data:image/png;base64,{random.Text(Seeded.Base62 + "+/", 600)}", "style.css"),
        10 => ($"sha256:{random.Text(Seeded.Hex, 64)}", "lock.txt"),
        11 => ($"gsk_{random.Text(Seeded.Base62, 80)}", "long.txt"),
        12 => ("sk-or-v1-0000000000000000000000000000000000000000000000000000000000000000", "sample.env"),
        13 => ($"deepseek-coder-{random.Text(Seeded.Digits, 2)}b-instruct, mistral-large-latest, cohere.command-r", "models.md"),
        14 => ($"hf_{random.Text(Seeded.Lower, 12)} = hf_hub_download(repo_id)", "load.py"),
        15 => ($"asia-southeast1 AsiaPacific {random.Text(Seeded.Lower, 20)} akian", "regions.tf"),
        16 => ($"api_key = \"{random.Text(Seeded.Hex, 32)}\"", "other.py"),
        17 => ("\"type\": \"service_account\"", "schema.json"),
        18 => ($"together we stand: key findings {random.Text(Seeded.Lower, 9)}", "essay.txt"),
        _ => ($"AIza{random.Text(Seeded.Url, 12)} and sk-{random.Text(Seeded.Lower, 32)}", "x.txt"),
    };

    private sealed record Found(string Text);
}
