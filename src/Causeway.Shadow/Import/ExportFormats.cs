namespace Causeway.Shadow.Import;

/// <summary>The exports that are known, as of November 2026. Names drift, so each column goes by all that were seen.</summary>
public static class ExportFormats
{
    private static readonly string[] s_inference =
    [
        "openai", "anthropic", "claude", "vertex ai", "gemini", "generative language", "agent platform", "bedrock", "foundry models", "mistral", "cohere", "groq", "xai", "deepseek", "perplexity", "openrouter", "together ai",
        "fireworks", "cerebras", "replicate", "hugging face", "huggingface",
    ];

    /// <summary>All of them, those with more particular marks first.</summary>
    public static IReadOnlyList<ExportFormat> All { get; } =
    [
        new()
        {
            Name = "focus", Title = "FOCUS 1.0 to 1.3",
            Marks = [["BilledCost", "ChargePeriodStart"]],
            Time = ["ChargePeriodStart"],
            Provider = ["ServiceProviderName", "ProviderName", "PublisherName"],
            Account = ["BillingAccountId"], Project = ["SubAccountId"], Region = ["RegionId", "RegionName"], Item = ["SkuMeter", "ChargeDescription", "SkuId", "ServiceName"], Key = ["ResourceId"],
            Cost = ["BilledCost"], Currency = ["BillingCurrency"],
            About = [["ServiceName"], ["ServiceProviderName", "ProviderName"], ["PublisherName"], ["ServiceSubcategory"], ["SkuMeter"], ["ChargeDescription"]],
            Inference = [.. s_inference, "Generative AI"],
        },
        new()
        {
            Name = "aws_cur", Title = "AWS Cost and Usage Report, 1 and 2.0", Vendor = "aws",
            Marks = [["line_item_product_code", "line_item_unblended_cost"]],
            Time = ["line_item_usage_start_date"],
            Account = ["bill_payer_account_id"], Project = ["line_item_usage_account_id"], Key = ["line_item_iam_principal", "line_item_resource_id"], Region = ["product_region_code", "product_region"],
            Item = ["line_item_usage_type"], Cost = ["line_item_unblended_cost"], Currency = ["line_item_currency_code"],
            About = [["line_item_product_code"], ["product_product_name", "product.product_name", "product.value", "product"], ["line_item_line_item_description"]],
            Inference = ["bedrock", "claude platform"],
        },
        new()
        {
            Name = "azure_cost", Title = "Azure Cost Management export", Vendor = "azure",
            Marks = [["MeterCategory", "CostInBillingCurrency"], ["MeterCategory", "Cost", "SubscriptionId"], ["MeterCategory", "PreTaxCost"]],
            Time = ["Date", "UsageDateTime", "UsageDate"],
            Account = ["BillingAccountId", "BillingAccountName"], Project = ["SubscriptionId", "SubscriptionGuid"], Key = ["ResourceId", "InstanceId"], Region = ["ResourceLocation", "MeterRegion"], Item = ["MeterName"],
            Cost = ["CostInBillingCurrency", "Cost", "PreTaxCost"], Currency = ["BillingCurrency", "BillingCurrencyCode", "Currency"],
            About = [["MeterSubCategory"], ["MeterCategory"], ["ProductName", "Product"], ["MeterName"]],
            Inference = ["openai", "foundry models", "claude", "anthropic", "mistral", "cohere", "deepseek", "grok", "llama"],
        },
        new()
        {
            Name = "google_billing", Title = "Google Cloud Billing export of BigQuery", Vendor = "google",
            Marks = [["billing_account_id", "sku.description", "cost", "usage_start_time"]],
            Time = ["usage_start_time"],
            Account = ["billing_account_id"], Project = ["project.id"], Key = ["resource.name", "resource.global_name"], Region = ["location.region", "location.location"], Item = ["sku.description"],
            Cost = ["cost"], Credits = ["credits.amount"], Currency = ["currency"],
            About = [["service.description"], ["sku.description"]],
            Inference = ["vertex ai", "gemini", "generative language", "agent platform", "claude"],
        },
        new()
        {
            Name = "openai_activity", Title = "OpenAI daily activity (older console)", Vendor = "openai",
            Marks = [["timestamp", "n_context_tokens_total", "n_generated_tokens_total"]],
            Time = ["timestamp"],
            Account = ["organization_id"], Project = ["project_id"], Key = ["api_key_id", "api_key_redacted"], User = ["email"], Model = ["model", "snapshot_id"], Item = ["usage_type"],
            Requests = ["n_requests"], Input = [["n_context_tokens_total"]], Output = ["n_generated_tokens_total"],
        },
        new()
        {
            Name = "openai_usage", Title = "OpenAI usage, console or API", Vendor = "openai",
            Marks = [["start_time", "num_model_requests"]],
            Time = ["start_time", "start_time_iso"],
            Account = ["organization_id"], Project = ["project_id"], Key = ["api_key_id"], User = ["user_id"], Model = ["model"], Item = ["service_tier"],
            Requests = ["num_model_requests"], Input = [["input_tokens"]], CacheRead = ["input_cached_tokens"], Output = ["output_tokens"],
        },
        new()
        {
            Name = "openai_cost", Title = "OpenAI cost, console or API", Vendor = "openai",
            Marks = [["start_time", "amount_value", "line_item"], ["start_time", "amount.value"]],
            Time = ["start_time", "start_time_iso"],
            Account = ["organization_id"], Project = ["project_id"], Key = ["api_key_id"], User = ["user_id"], Item = ["line_item"], ItemHasModel = true,
            Cost = ["amount_value", "amount.value"], Currency = ["amount_currency", "amount.currency"],
        },
        new()
        {
            Name = "anthropic_usage", Title = "Anthropic usage, console or API", Vendor = "anthropic",
            Marks = [["usage_date_utc", "usage_output_tokens"], ["starting_at", "uncached_input_tokens", "output_tokens"]],
            Time = ["usage_date_utc", "starting_at"],
            Account = ["organization_id"], Project = ["workspace_id", "workspace"], Key = ["api_key_id", "api_key"], User = ["account_id"], Model = ["model", "model_version"], Region = ["inference_geo"], Item = ["usage_type", "service_tier"],
            Input =
            [
                ["uncached_input_tokens", "usage_input_tokens_no_cache"], ["cache_read_input_tokens", "usage_input_tokens_cache_read"],
                ["cache_creation.ephemeral_5m_input_tokens", "usage_input_tokens_cache_write_5m"], ["cache_creation.ephemeral_1h_input_tokens", "usage_input_tokens_cache_write_1h"],
            ],
            CacheRead = ["cache_read_input_tokens", "usage_input_tokens_cache_read"], Output = ["output_tokens", "usage_output_tokens"],
        },
        new()
        {
            Name = "anthropic_cost", Title = "Anthropic cost, console or API", Vendor = "anthropic",
            Marks = [["usage_date_utc", "cost_usd"], ["starting_at", "amount", "currency"]],
            Time = ["usage_date_utc", "starting_at"],
            Account = ["organization_id"], Project = ["workspace_id", "workspace"], Key = ["api_key"], Model = ["model"], Region = ["inference_geo"], Item = ["token_type", "cost_type", "description"],
            Cost = ["cost_usd", "amount"], CostInHundredths = ["amount"], Currency = ["currency"],
        },
        new()
        {
            Name = "squid", Title = "Squid, native access log", IsLog = true,
            Marks = [["elapsed", "client", "code", "method", "url", "peer"]],
            Time = ["time"], Item = ["url"], User = ["client"], Bytes = [["bytes"]],
        },
        new()
        {
            Name = "envoy", Title = "Envoy access log, default text or JSON", IsLog = true,
            Marks = [["start_time", "authority", "bytes_sent"], ["start_time", "requested_server_name", "bytes_sent"]],
            Time = ["start_time"], Item = ["authority", "requested_server_name"], User = ["x_forwarded_for", "downstream_remote_address", "downstream_remote_address_without_port"], Key = ["user_agent"],
            Bytes = [["bytes_sent"], ["bytes_received"]],
        },
        new()
        {
            Name = "zeek", Title = "Zeek dns, ssl or http log, columns or JSON", IsLog = true,
            Marks = [["ts", "id.orig_h", "query"], ["ts", "id.orig_h", "server_name"], ["ts", "id.orig_h", "host"]],
            Time = ["ts"], Item = ["query", "server_name", "host"], User = ["id.orig_h"], Key = ["user_agent"], Bytes = [["request_body_len"], ["response_body_len"]],
        },
        new()
        {
            Name = "route53", Title = "Route 53 Resolver query log", IsLog = true,
            Marks = [["query_timestamp", "query_name", "srcaddr"]],
            Time = ["query_timestamp"], Item = ["query_name"], User = ["srcids.instance", "srcaddr"], Key = ["vpc_id"],
        },
        new()
        {
            Name = "log_csv", Title = "A log as CSV with named columns", IsLog = true,
            Marks = [["time", "host"], ["timestamp", "host"], ["time", "domain"], ["timestamp", "domain"], ["time", "url"], ["timestamp", "url"], ["timestamp", "query"]],
            Time = ["time", "timestamp"], Item = ["host", "domain", "query", "url"], User = ["client", "client_ip", "src", "source_ip", "user"], Key = ["user_agent"], Bytes = [["bytes"], ["bytes_out"], ["bytes_in"]],
        },
    ];

    /// <summary>The format of this name; null: there is none.</summary>
    public static ExportFormat? Find(string name) => All.FirstOrDefault(format => format.Name == name);

    /// <summary>Who bills, of the name in an export.</summary>
    public static string VendorOf(string name)
    {
        ReadOnlySpan<(string Part, string Vendor)> known =
            [("openai", "openai"), ("anthropic", "anthropic"), ("google", "google"), ("gcp", "google"), ("microsoft", "azure"), ("azure", "azure"), ("amazon", "aws"), ("aws", "aws")];
        foreach ((string part, string vendor) in known)
        {
            if (name.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return vendor;
            }
        }

        return name.ToLowerInvariant();
    }
}
