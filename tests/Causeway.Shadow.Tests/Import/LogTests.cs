using System.Text;
using Causeway.Shadow.Import;
using CsCheck;

namespace Causeway.Shadow.Tests.Import;

public sealed class LogTests
{
    private const string Squid =
        """
        1795651200.123    456 10.0.0.5 TCP_TUNNEL/200 4523 CONNECT api.openai.com:443 - HIER_DIRECT/1.2.3.4 -
        1795651201.123     12 10.0.0.5 TCP_MISS/200 77 GET http://example.com/x - HIER_DIRECT/1.2.3.4 text/html

        """;

    private const string EnvoyText =
        """
        [2026-11-26T08:00:00.000Z] "POST /v1/messages HTTP/2" 200 - 154 2000 226 100 "10.0.35.28" "Anthropic/Python 0.60" "req-1" "api.anthropic.com" "tcp://10.0.2.1:80"
        [2026-11-26T08:00:01.000Z] "GET / HTTP/1.1" 200 - 0 10 1 - "-" "curl/8" "req-2" "intranet.example.com" "-"

        """;

    private const string EnvoyJson =
        """
        {"start_time":"2026-11-26T08:00:00.000Z","authority":"api.mistral.ai","bytes_sent":10,"bytes_received":5,"user_agent":"mistral-client/1","downstream_remote_address":"10.0.0.7:49152"}
        {"start_time":"2026-11-26T08:00:00.000Z","authority":"intranet","bytes_sent":10,"bytes_received":5,"user_agent":"x","downstream_remote_address":"10.0.0.7:49152"}
        """;

    private const string ZeekColumns =
        "#separator \\x09\n#set_separator\t,\n#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\n"
        + "1795651200.5\tC1\t10.0.0.8\t5353\t10.0.0.1\t53\tudp\tgenerativelanguage.googleapis.com\n1795651201.5\tC2\t10.0.0.8\t5353\t10.0.0.1\t53\tudp\t-\n#close\t2026\n";

    private const string ZeekJson = """{"ts":1795651200.5,"uid":"C1","id.orig_h":"10.0.0.8","id.resp_h":"1.2.3.4","server_name":"eu-west-1.api.x.ai"}""";

    private const string Route53 =
        """{"version":"1.100000","account_id":"111122223333","region":"eu-central-1","vpc_id":"vpc-1","query_timestamp":"2026-11-26T08:00:00Z","query_name":"bedrock-runtime.eu-central-1.amazonaws.com.","query_type":"A","rcode":"NOERROR","srcaddr":"10.0.0.9","srcport":"1","transport":"UDP","srcids":{"instance":"i-0abc"}}""";

    private const string Csv = "timestamp,client_ip,domain,bytes\n2026-11-26T08:00:00Z,10.0.0.4,team.openai.azure.com,12\n2026-11-26T08:00:00Z,10.0.0.4,example.com,12\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, string, string, long> All => new()
    {
        { "squid", Squid, "api.openai.com", "openai", "10.0.0.5", 4523 },
        { "envoy", EnvoyText, "api.anthropic.com", "anthropic", "10.0.35.28", 2154 },
        { "envoy", EnvoyJson, "api.mistral.ai", "mistral", "10.0.0.7", 15 },
        { "zeek", ZeekColumns, "generativelanguage.googleapis.com", "google", "10.0.0.8", 0 },
        { "zeek", ZeekJson, "eu-west-1.api.x.ai", "xai", "10.0.0.8", 0 },
        { "route53", Route53, "bedrock-runtime.eu-central-1.amazonaws.com", "aws", "i-0abc", 0 },
        { "log_csv", Csv, "team.openai.azure.com", "azure", "10.0.0.4", 12 },
    };

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_log_is_known_by_its_lines_and_gives_calls_to_vendors_hosts(string format, string text, string host, string vendor, string client, long bytes)
    {
        ImportFile file = await ReadAsync(text);

        UsageLine line = Assert.Single(file.Lines);
        Assert.Equal(format, file.Format.Name);
        Assert.Equal(0, file.RejectedCount);
        Assert.Equal((new DateOnly(2026, 11, 26), host, vendor, client), (line.Key.Day, line.Key.Item, line.Key.Vendor, line.Key.User));
        Assert.Equal((1, bytes), (line.Sum.Requests, line.Sum.Bytes));
        Assert.Equal("the.log", line.Key.Project);
    }

    [Fact]
    public async Task What_a_client_calls_itself_is_kept_without_its_details() => Assert.Equal("Anthropic/Python", Assert.Single((await ReadAsync(EnvoyText)).Lines).Key.Key);

    [Fact]
    public async Task Causeways_own_calls_are_left_out()
    {
        ImportFile file = await ImportFile.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(Squid)), new ImportAsked("x") { ExcludedClients = new HashSet<string> { "10.0.0.5" } }, Cancel);

        Assert.Empty(file.Lines);
        Assert.Equal(2, file.Other);
    }

    [Theory]
    [InlineData("api.openai.com", "openai")]
    [InlineData("API.OpenAI.com", "openai")]
    [InlineData("europe-west4-aiplatform.googleapis.com", "google")]
    [InlineData("vpce-0ab.bedrock-runtime.eu-west-1.vpce.amazonaws.com", "aws")]
    [InlineData("openai.com.evil.example", null)]
    [InlineData("notopenai.azure.com", null)]
    [InlineData("", null)]
    public void A_host_is_a_vendors_by_its_whole_name_or_its_pattern(string host, string? vendor) => Assert.Equal(vendor, VendorHosts.Shipped.VendorOf(host, []));

    [Fact]
    public void A_damaged_log_is_read_or_refused()
    {
        string[] texts = [.. All.Select(row => row.Data.Item2)];

        Gen.Select(Gen.Int[0, texts.Length - 1], Gen.Select(Gen.Int[0, 3_000], Gen.Byte).Array[1, 5]).Sample((which, changes) =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(texts[which]);
            foreach ((int at, byte value) in changes)
            {
                bytes[at % bytes.Length] = value;
            }

            try
            {
                _ = ImportFile.ReadAsync(new MemoryStream(bytes), new ImportAsked("x"), CancellationToken.None).GetAwaiter().GetResult();
            }
            catch (ImportException)
            {
                // Refused, with a reason.
            }
        }, iter: 500);
    }

    private static Task<ImportFile> ReadAsync(string text) => ImportFile.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), new ImportAsked("the.log"), Cancel);
}
