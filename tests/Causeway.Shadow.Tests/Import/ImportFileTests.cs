using System.IO.Compression;
using System.Text;
using Causeway.Shadow.Import;
using CsCheck;

namespace Causeway.Shadow.Tests.Import;

public sealed class ImportFileTests
{
    private static readonly DateOnly s_day = new(2026, 11, 26);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> All => new()
    {
        { "openai_usage", Exports.OpenAIUsage }, { "openai_cost", Exports.OpenAICost }, { "openai_activity", Exports.OpenAIActivity }, { "openai_usage", Exports.OpenAIUsagePages },
        { "openai_cost", Exports.OpenAICostPages }, { "anthropic_usage", Exports.AnthropicUsage }, { "anthropic_usage", Exports.AnthropicUsagePages }, { "anthropic_cost", Exports.AnthropicCost },
        { "anthropic_cost", Exports.AnthropicCostPages }, { "google_billing", Exports.GoogleBilling }, { "azure_cost", Exports.AzureCost }, { "aws_cur", Exports.AwsCur }, { "focus", Exports.Focus },
    };

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_export_is_known_by_its_columns(string format, string text)
    {
        ImportFile file = await ReadAsync(text);

        Assert.Equal(format, file.Format.Name);
        Assert.Equal(0, file.RejectedCount);
        Assert.NotEmpty(file.Lines);
    }

    [Fact]
    public async Task Usage_of_OpenAI_is_added_up_by_day_key_and_model()
    {
        UsageLine line = Assert.Single((await ReadAsync(Exports.OpenAIUsage, "org-1")).Lines);

        Assert.Equal(new UsageKey(s_day, "openai", "org-1", "proj_1", "key_1", "user_1", "gpt-5.4-mini-2026-03-17", "", "default", ""), line.Key);
        Assert.Equal(new UsageSum(15, 1500, 300, 250, 0, null), line.Sum);
    }

    [Fact]
    public async Task Pages_of_OpenAIs_API_are_read_one_after_another()
    {
        ImportFile file = await ReadAsync(Exports.OpenAIUsagePages);

        Assert.Equal([12, 1], file.Lines.Select(line => line.Sum.Requests));
        Assert.Equal(["key_1", ""], file.Lines.Select(line => line.Key.Key));
        Assert.Equal([s_day, s_day.AddDays(1)], file.Lines.Select(line => line.Key.Day));
    }

    [Fact]
    public async Task A_cost_of_OpenAI_names_its_model_in_the_line_item()
    {
        ImportFile file = await ReadAsync(Exports.OpenAICost);

        Assert.Equal(["gpt-5.4-mini-2026-03-17"], file.Lines.Select(line => line.Key.Model).Distinct());
        Assert.Equal(1_750_000_000, file.Lines.Sum(line => line.Sum.CostNano));
        Assert.Equal(1_750_000_000, (await ReadAsync(Exports.OpenAICostPages)).Lines.Single().Sum.CostNano);
    }

    [Fact]
    public async Task Input_of_Anthropic_is_the_sum_of_its_parts()
    {
        foreach (string text in (string[])[Exports.AnthropicUsage, Exports.AnthropicUsagePages])
        {
            UsageLine line = Assert.Single((await ReadAsync(text)).Lines);
            Assert.Equal(new UsageSum(0, 550, 400, 55, 0, null), line.Sum);
            Assert.Equal(("us", "claude-opus-5-5"), (line.Key.Region, line.Key.Model));
        }
    }

    [Fact]
    public async Task Anthropics_API_bills_in_hundredths_and_its_console_in_dollars()
    {
        Assert.Equal(1_234_500_000, Assert.Single((await ReadAsync(Exports.AnthropicCostPages)).Lines).Sum.CostNano);
        Assert.Equal(1_234_567_000, Assert.Single((await ReadAsync(Exports.AnthropicCost)).Lines).Sum.CostNano);
    }

    [Fact]
    public async Task Of_Google_only_inference_counts_and_credits_are_taken_off()
    {
        ImportFile file = await ReadAsync(Exports.GoogleBilling);

        UsageLine line = Assert.Single(file.Lines);
        Assert.Equal((2, 1), (file.Records, file.Other));
        Assert.Equal(new UsageKey(s_day, "google", "01AAAA-BBBBBB", "search-prod", "", "", "", "europe-west4", "Gemini 3 Flash Text Input", "EUR"), line.Key);
        Assert.Equal(2_000_000_000, line.Sum.CostNano);
    }

    [Fact]
    public async Task Of_Azure_decimal_commas_and_American_dates_are_read()
    {
        ImportFile file = await ReadAsync(Exports.AzureCost);

        UsageLine line = Assert.Single(file.Lines);
        Assert.Equal((s_day, "sub-1", "swedencentral", "EUR", 1_234_560_000_000L), (line.Key.Day, line.Key.Project, line.Key.Region, line.Key.Currency, line.Sum.CostNano!.Value));
    }

    [Fact]
    public async Task Of_AWS_Bedrock_counts_also_through_the_marketplace()
    {
        ImportFile file = await ReadAsync(Exports.AwsCur);

        Assert.Equal(1, file.Other);
        Assert.Equal([1, 3_500_000_000], file.Lines.Select(line => line.Sum.CostNano!.Value).Order());
        Assert.Contains(file.Lines, line => line.Key.Key == "arn:aws:iam::444455556666:role/search");
        Assert.All(file.Lines, line => Assert.Equal(("111122223333", "444455556666", "eu-central-1"), (line.Key.Account, line.Key.Project, line.Key.Region)));
    }

    [Fact]
    public async Task Of_FOCUS_the_vendor_is_the_providers()
    {
        ImportFile file = await ReadAsync(Exports.Focus);

        Assert.Equal("openai", Assert.Single(file.Lines).Key.Vendor);
        Assert.Equal(1, file.Other);
    }

    [Fact]
    public async Task Columns_may_drift_unknown_ones_are_named_and_missing_ones_too()
    {
        ImportFile file = await ReadAsync("\ufeffStart Time;Num-Model-Requests;INPUT_TOKENS;new_thing\n2026-11-26;1;5;x\n");

        Assert.Equal(("openai_usage", 5), (file.Format.Name, file.Lines.Single().Sum.InputTokens));
        Assert.Equal(["new_thing"], file.Unknown);
        Assert.Contains("api_key_id", file.Missing);
        Assert.Contains("output_tokens", file.Missing);
    }

    [Fact]
    public async Task Records_that_are_wrong_are_told_with_their_lines()
    {
        ImportFile file = await ReadAsync("start_time,num_model_requests,input_tokens,model\n1795651200,1,5,\"two\nlines\"\nyesterday,1,5,m\n1795651200,x,5,m\n1795651200,1,-5,m\n1795651200,1,5,m\n");

        Assert.Equal((5, 3), (file.Records, file.RejectedCount));
        Assert.Equal([(4, "start_time is \"yesterday\", which is no time"), (5, "num_model_requests is \"x\", which is no count"), (6, "input_tokens is \"-5\", which is no count")], file.Rejected.Select(one => ((int)one.Line, one.Problem)));
    }

    [Theory]
    [InlineData("a,b,c\n1,2,3\n", "has columns of no export that is known: a, b, c")]
    [InlineData("", "is empty")]
    [InlineData("{}", "has columns of no export that is known")]
    [InlineData("[1,2]", "is no object")]
    [InlineData("[{\"a\":", "is no JSON: Expected")]
    [InlineData("start_time,num_model_requests,input_tokens\n1795651200,\"1,5\n", "has a quote that is never closed")]
    [InlineData("PAR1\u0001\u0002", "is of a Parquet file that cannot be read: it breaks off")]
    [InlineData("PARE\u0001\u0002", "begins an encrypted Parquet file")]
    public async Task What_is_no_export_is_refused_with_the_reason(string text, string problem)
    {
        ImportException failure = await Assert.ThrowsAsync<ImportException>(() => ReadAsync(text));

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_packed_with_gzip_is_read_and_one_that_is_cut_is_refused()
    {
        byte[] packed = Packed(Exports.OpenAICost);

        Assert.Equal(1_750_000_000, (await ReadAsync(packed)).Lines.Sum(line => line.Sum.CostNano));
        await Assert.ThrowsAsync<ImportException>(() => ReadAsync([0x1F, 0x8B, 1, 2, 3]));
    }

    [Fact]
    public async Task A_file_is_read_the_same_in_pieces_of_any_size()
    {
        foreach ((string format, string text) in All.Select(row => (row.Data.Item1, row.Data.Item2)))
        {
            ImportFile whole = await ReadAsync(text);
            foreach (int piece in (int[])[1, 7, 64, 4_095])
            {
                ImportFile pieces = await ImportFile.ReadAsync(new Pieces(Encoding.UTF8.GetBytes(text), piece), new ImportAsked("x"), Cancel);
                Assert.Equal(whole.Lines, pieces.Lines);
                Assert.Equal(format, pieces.Format.Name);
                Assert.Equal(whole.Digest, pieces.Digest);
            }
        }
    }

    [Fact]
    public async Task A_line_of_more_than_a_mebibyte_is_refused() => Assert.Contains(
        "is longer than 1024 KiB", (await Assert.ThrowsAsync<ImportException>(() => ReadAsync($"start_time,num_model_requests,input_tokens\n\"{new string('x', 3_000_000)}\",1,1\n"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Any_text_is_read_or_refused() => Gen.String[0, 300].Sample(text => AnyAsync(Encoding.UTF8.GetBytes(text)).GetAwaiter().GetResult(), iter: 500);

    [Fact]
    public void A_damaged_export_is_read_or_refused()
    {
        string[] texts = [.. All.Select(row => row.Data.Item2)];

        Gen.Select(Gen.Int[0, texts.Length - 1], Gen.Select(Gen.Int[0, 5_000], Gen.Byte).Array[1, 5]).Sample((which, changes) =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(texts[which]);
            foreach ((int at, byte value) in changes)
            {
                bytes[at % bytes.Length] = value;
            }

            AnyAsync(bytes).GetAwaiter().GetResult();
        }, iter: 500);
    }

    private static async Task AnyAsync(byte[] bytes)
    {
        try
        {
            _ = await ReadAsync(bytes);
        }
        catch (ImportException)
        {
            // Refused, with a reason.
        }
    }

    private static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    private static Task<ImportFile> ReadAsync(string text, string account = "") => ReadAsync(Encoding.UTF8.GetBytes(text), account);

    private static Task<ImportFile> ReadAsync(byte[] bytes, string account = "") => ImportFile.ReadAsync(new MemoryStream(bytes), new ImportAsked("x", Account: account), Cancel);

    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
