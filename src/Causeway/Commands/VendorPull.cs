using System.Globalization;
using System.Net;
using System.Text.Json;
using Causeway.Admin;

namespace Causeway.Commands;

/// <summary>Reads usage and cost from a vendor's admin API, page by page. The key goes to the vendor's address and nowhere else.</summary>
internal sealed class VendorPull : IDisposable
{
    public const string OpenAIVariable = "OPENAI_ADMIN_KEY";
    public const string AnthropicVariable = "ANTHROPIC_ADMIN_KEY";

    private const int MaxPages = 10_000;
    private const int MaxPageBytes = 16 * 1024 * 1024;
    private const long MaxBytes = 2L * 1024 * 1024 * 1024;
    private const int Tries = 4;
    private static readonly TimeSpan s_whole = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly string _variable;

    private VendorPull(Uri address, string vendor, string key, string variable, IReadOnlyList<VendorReport> reports, TimeProvider time)
    {
        (Reports, _variable, _time) = (reports, variable, time);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(10) };
#pragma warning disable RS0030 // The rule keeps inference in Gateway/Upstream. These are reports of an administrator's own vendor accounts.
        _http = new HttpClient(handler) { BaseAddress = address, Timeout = s_whole, MaxResponseContentBufferSize = MaxPageBytes };
#pragma warning restore RS0030
        if (vendor == "openai")
        {
            _http.DefaultRequestHeaders.Add("Authorization", $"Bearer {key}");
        }
        else
        {
            _http.DefaultRequestHeaders.Add("x-api-key", key);
            _http.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        }
    }

    /// <summary>What is asked for, each an import of its own.</summary>
    public IReadOnlyList<VendorReport> Reports { get; }

    /// <summary>Whether the report that was read last says anything.</summary>
    public bool HasRecords { get; private set; }

    /// <summary>Prepares the questions.</summary>
    /// <returns>The questions, or what is wrong and what to do.</returns>
    public static (VendorPull? Pull, string? Problem) Of(string vendor, string? url, DateTimeOffset since, DateTimeOffset until, Surroundings surroundings)
    {
        bool isOpenAI = vendor == "openai";
        string variable = isOpenAI ? OpenAIVariable : AnthropicVariable;
        string text = url ?? (isOpenAI ? "https://api.openai.com" : "https://api.anthropic.com");
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? address) || (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
        {
            return (null, $"--api-url is \"{Printable.Cut(text)}\"; a key goes to https addresses only, and to http on this machine.");
        }

        if (surroundings.Variable(variable)?.Trim() is not { Length: > 0 } key || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return (null, $"There is no admin key.\n  Set {variable} to an admin key of the organisation; a key for inference is not enough.");
        }

        return (new VendorPull(address, vendor, key, variable, isOpenAI ? OpenAI(since) : Anthropic(since, until), surroundings.Time), null);
    }

    /// <summary>Reads all pages of a report.</summary>
    /// <returns>Null: they are there. Otherwise what went wrong and what to do.</returns>
    public async Task<string?> ReadAsync(VendorReport report, Stream into, CancellationToken cancellation)
    {
        string? page = null;
        HasRecords = false;
        for (int pages = 0; pages < MaxPages; pages++)
        {
            string path = page is null ? report.Path : $"{report.Path}&page={Uri.EscapeDataString(page)}";
            (byte[]? body, string? problem) = await PageAsync(path, cancellation);
            if (body is null)
            {
                return $"{_http.BaseAddress}{report.Path.Split('?')[0]}: {problem}";
            }

            await into.WriteAsync(body, cancellation);
            into.WriteByte((byte)'\n');
            (page, problem) = NextOf(body);
            if (problem is not null || into.Length > MaxBytes)
            {
                return $"{_http.BaseAddress}{report.Path.Split('?')[0]}: {problem ?? "the answer has no end; ask for a shorter time with --since"}";
            }

            if (page is null)
            {
                return null;
            }
        }

        return $"{_http.BaseAddress}{report.Path.Split('?')[0]}: more than {MaxPages:#,0} pages. Ask for a shorter time with --since.";
    }

    public void Dispose() => _http.Dispose();

    private async Task<(byte[]? Body, string? Problem)> PageAsync(string path, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                using HttpResponseMessage response = await _http.GetAsync(path, cancellation);
                if (response.IsSuccessStatusCode)
                {
                    return (await response.Content.ReadAsByteArrayAsync(cancellation), null);
                }

                bool again = attempt < Tries && (response.StatusCode is HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500);
                if (!again)
                {
                    return (null, $"status {(int)response.StatusCode}{(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? $"; is {_variable} an admin key of the organisation?" : "")}");
                }

                TimeSpan pause = response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1 << attempt);
                await Task.Delay(pause < s_longestPause ? pause : s_longestPause, _time, cancellation);
            }
            catch (HttpRequestException failure) when (attempt < Tries)
            {
                _ = failure;
                await Task.Delay(TimeSpan.FromSeconds(attempt), _time, cancellation);
            }
            catch (HttpRequestException failure)
            {
                return (null, failure.Message);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return (null, $"no answer in {s_whole.TotalSeconds} s");
            }
        }
    }

    private (string? Page, string? Problem) NextOf(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            HasRecords |= root.GetProperty("data").EnumerateArray().Any(bucket => bucket.TryGetProperty("results", out JsonElement results) && results.GetArrayLength() > 0);
            return root.TryGetProperty("has_more", out JsonElement more) && more.ValueKind == JsonValueKind.True && root.TryGetProperty("next_page", out JsonElement next) && next.GetString() is { Length: > 0 and < 4096 } page
                ? (page, null)
                : (null, null);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return (null, "what it answers is no page of a report");
        }
    }

    private static VendorReport[] OpenAI(DateTimeOffset since)
    {
        string start = Midnight(since).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        const string by = "group_by[]=project_id&group_by[]=user_id&group_by[]=api_key_id&group_by[]=model";
        return
        [
            new("openai completions", "openai_usage", $"v1/organization/usage/completions?start_time={start}&bucket_width=1d&limit=31&{by}"),
            new("openai embeddings", "openai_usage", $"v1/organization/usage/embeddings?start_time={start}&bucket_width=1d&limit=31&{by}"),
            new("openai costs", "openai_cost", $"v1/organization/costs?start_time={start}&bucket_width=1d&limit=31&group_by[]=project_id&group_by[]=line_item&group_by[]=api_key_id"),
        ];
    }

    private static VendorReport[] Anthropic(DateTimeOffset since, DateTimeOffset until)
    {
        string window = $"starting_at={Text(Midnight(since))}&ending_at={Text(Midnight(until).AddDays(1))}&bucket_width=1d&limit=31";
        return
        [
            new("anthropic usage", "anthropic_usage", $"v1/organizations/usage_report/messages?{window}&group_by[]=api_key_id&group_by[]=workspace_id&group_by[]=model&group_by[]=inference_geo"),
            new("anthropic cost", "anthropic_cost", $"v1/organizations/cost_report?{window}&group_by[]=workspace_id&group_by[]=description"),
        ];
    }

    private static DateTimeOffset Midnight(DateTimeOffset moment) => new(moment.UtcDateTime.Date, TimeSpan.Zero);

    private static string Text(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>A report of an admin API.</summary>
/// <param name="Name">What the import is called.</param>
/// <param name="Format">What its records are.</param>
/// <param name="Path">The question.</param>
internal sealed record VendorReport(string Name, string Format, string Path);
