using System.IO.Compression;
using System.Net;
using System.Text;
using Causeway.WebConsole.Files;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Pages;

/// <summary>The console's files as a browser gets them.</summary>
public sealed class ConsoleFileTests : IAsyncLifetime
{
    // First load: what index.html names. The bundle as a whole has the bound.
    private const int MostFirst = 180 * 1024;
    private const int MostAll = 400 * 1024;
    private WebApplication _app = null!;
    private HttpClient _browser = null!;

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        _app.UseRouting();
        _app.MapConsole();
        await _app.StartAsync();
        _browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(_app.Urls.Single() + "/") };
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task The_start_page_is_strict_and_is_asked_for_again_each_time()
    {
        using HttpResponseMessage response = await _browser.GetAsync("console/");

        Assert.Equal(("text/html", "no-cache"), (response.Content.Headers.ContentType!.MediaType, response.Headers.CacheControl!.ToString()));
        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        string page = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("http://", page.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.All(Addresses(page), address => Assert.StartsWith("./", address, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_slash_a_browser_is_sent_on_below_whatever_prefix_there_is()
    {
        using HttpResponseMessage response = await _browser.GetAsync("console");

        Assert.Equal((HttpStatusCode.PermanentRedirect, "console/"), (response.StatusCode, response.Headers.Location!.OriginalString));
    }

    [Fact]
    public async Task What_is_named_by_its_content_is_kept_for_good_and_the_rest_is_compared()
    {
        string asset = Addresses(await _browser.GetStringAsync("console/")).First(address => address.EndsWith(".js", StringComparison.Ordinal));
        using HttpResponseMessage script = await _browser.GetAsync("console/" + asset);
        using HttpResponseMessage page = await _browser.GetAsync("console/");
        using var again = new HttpRequestMessage(HttpMethod.Get, "console/");
        again.Headers.Add("If-None-Match", page.Headers.ETag!.ToString());

        using HttpResponseMessage same = await _browser.SendAsync(again);

        Assert.Equal("public, max-age=31536000, immutable", script.Headers.CacheControl!.ToString());
        Assert.Equal("text/javascript", script.Content.Headers.ContentType!.MediaType);
        Assert.Equal((HttpStatusCode.NotModified, 0), (same.StatusCode, (await same.Content.ReadAsByteArrayAsync()).Length));
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("gzip, br;q=0", "gzip")]
    [InlineData("br;q=0.5, gzip", "br")]
    [InlineData("identity", null)]
    public async Task A_file_comes_in_the_encoding_that_is_taken(string accepted, string? encoding)
    {
        string plain = await _browser.GetStringAsync("console/");
        using var request = new HttpRequestMessage(HttpMethod.Get, "console/");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);

        using HttpResponseMessage response = await _browser.SendAsync(request);

        byte[] body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(encoding, response.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        await using Stream stream = encoding switch
        {
            "br" => new BrotliStream(new MemoryStream(body), CompressionMode.Decompress),
            "gzip" => new GZipStream(new MemoryStream(body), CompressionMode.Decompress),
            _ => new MemoryStream(body),
        };
        Assert.Equal(plain, await new StreamReader(stream, Encoding.UTF8).ReadToEndAsync());
    }

    [Theory]
    [InlineData("console/nothing.js")]
    [InlineData("console/assets/")]
    [InlineData("console/..%2findex.html")]
    [InlineData("console/assets/..%2findex.html")]
    public async Task What_is_not_in_the_bundle_is_not_there(string path)
    {
        using HttpResponseMessage response = await _browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.True(response.Headers.Contains("Content-Security-Policy"));
    }

    [Fact]
    public async Task A_head_has_the_length_and_no_body()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "console/");
        using HttpResponseMessage response = await _browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Content.Headers.ContentLength > 0);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task The_bundle_is_as_small_as_was_promised()
    {
        IReadOnlyCollection<ConsoleFile> files = ConsoleFiles.Load().Values;
        string page = Encoding.UTF8.GetString(files.Single(file => file.Path == "index.html").Content);
        string[] first = ["index.html", .. Addresses(page).Select(address => address[2..])];
        Dictionary<string, int> sizes = [];
        foreach (ConsoleFile file in files)
        {
            sizes[file.Path] = (await file.EncodeAsync("gzip")).Bytes.Length;
        }

        Assert.InRange(first.Sum(path => sizes[path]), 1, MostFirst);
        Assert.InRange(sizes.Values.Sum(), 1, MostAll);
        Assert.DoesNotContain(files, file => file.Path.EndsWith(".map", StringComparison.Ordinal));
    }

    private static string[] Addresses(string page) =>
        [.. page.Split("href=\"").Concat(page.Split("src=\"")).Skip(1).Where(part => part.StartsWith("./", StringComparison.Ordinal)).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)]).Distinct()];
}
