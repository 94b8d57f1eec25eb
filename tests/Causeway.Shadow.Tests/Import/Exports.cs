namespace Causeway.Shadow.Tests.Import;

/// <summary>Exports as vendors write them, shortened.</summary>
internal static class Exports
{
    public const string OpenAIUsage =
        """
        start_time,end_time,start_time_iso,end_time_iso,num_model_requests,project_id,user_id,api_key_id,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens,input_audio_tokens,output_audio_tokens
        1795651200,1795737600,2026-11-26T00:00:00Z,2026-11-27T00:00:00Z,12,proj_1,user_1,key_1,gpt-5.4-mini-2026-03-17,False,default,1000,200,300,700,0,0
        1795651200,1795737600,2026-11-26T00:00:00Z,2026-11-27T00:00:00Z,3,proj_1,user_1,key_1,gpt-5.4-mini-2026-03-17,False,default,500,50,0,500,0,0

        """;

    public const string OpenAICost =
        """
        start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,project_id,project_name,organization_id,organization_name
        1795651200,1795737600,2026-11-26T00:00:00Z,2026-11-27T00:00:00Z,1.5,usd,"gpt-5.4-mini-2026-03-17, input",proj_1,Search,org-1,Corp
        1795651200,1795737600,2026-11-26T00:00:00Z,2026-11-27T00:00:00Z,0.25,usd,"gpt-5.4-mini-2026-03-17, output",proj_1,Search,org-1,Corp

        """;

    public const string OpenAIActivity =
        """
        timestamp,api_key_id,api_key_name,api_key_redacted,api_key_type,project_id,project_name,model,n_requests,n_context_tokens_total,n_generated_tokens_total,usage_type,email
        1795651200,key_1,main,sk-...9xYz,organization,proj_1,Search,gpt-4o,7,900,80,text,mira@example.com

        """;

    public const string OpenAIUsagePages =
        """
        {"object":"page","data":[{"object":"bucket","start_time":1795564800,"end_time":1795651200,"results":[]},{"object":"bucket","start_time":1795651200,"end_time":1795737600,"results":[{"object":"organization.usage.completions.result","input_tokens":1000,"output_tokens":200,"input_cached_tokens":300,"num_model_requests":12,"project_id":"proj_1","user_id":null,"api_key_id":"key_1","model":"gpt-5.4-mini","batch":null}]}],"has_more":true,"next_page":"p2"}
        {"object":"page","data":[{"object":"bucket","start_time":1795737600,"end_time":1795824000,"results":[{"object":"organization.usage.completions.result","input_tokens":5,"output_tokens":6,"input_cached_tokens":0,"num_model_requests":1,"project_id":"proj_2","user_id":null,"api_key_id":null,"model":"gpt-5.4","batch":null}]}],"has_more":false,"next_page":null}
        """;

    public const string OpenAICostPages =
        """
        {"object":"page","data":[{"object":"bucket","start_time":1795651200,"end_time":1795737600,"results":[{"object":"organization.costs.result","amount":{"value":1.75,"currency":"usd"},"line_item":null,"project_id":"proj_1"}]}],"has_more":false,"next_page":null}
        """;

    public const string AnthropicUsage =
        """
        usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count,inference_geo,speed
        2026-11-26,claude-opus-5-5,main,Default,message,<=200k,100,20,30,400,55,0,us,standard

        """;

    public const string AnthropicUsagePages =
        """
        {"data":[{"starting_at":"2026-11-26T00:00:00Z","ending_at":"2026-11-27T00:00:00Z","results":[{"uncached_input_tokens":100,"cache_creation":{"ephemeral_1h_input_tokens":30,"ephemeral_5m_input_tokens":20},"cache_read_input_tokens":400,"output_tokens":55,"server_tool_use":{"web_search_requests":0},"api_key_id":"apikey_1","workspace_id":null,"model":"claude-opus-5-5","inference_geo":"us"}]}],"has_more":false,"next_page":null}
        """;

    public const string AnthropicCost =
        """
        usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_type,cost_usd
        2026-11-26,claude-opus-5-5,Default,main,message,<=200k,output_tokens,tokens,1.234567

        """;

    public const string AnthropicCostPages =
        """
        {"data":[{"starting_at":"2026-11-26T00:00:00Z","ending_at":"2026-11-27T00:00:00Z","results":[{"currency":"USD","amount":"123.45","workspace_id":"wrkspc_1","description":"Claude Opus 5.5 Usage - Output Tokens","cost_type":"tokens","model":"claude-opus-5-5","token_type":"output_tokens","inference_geo":null}]}],"has_more":false,"next_page":null}
        """;

    public const string GoogleBilling =
        """
        {"billing_account_id":"01AAAA-BBBBBB","service":{"id":"1","description":"Vertex AI"},"sku":{"id":"2","description":"Gemini 3 Flash Text Input"},"usage_start_time":"2026-11-26 08:00:00 UTC","usage_end_time":"2026-11-26 09:00:00 UTC","project":{"id":"search-prod","number":"7","labels":[]},"labels":[{"key":"team","value":"search"}],"location":{"location":"europe-west4","region":"europe-west4"},"cost":2.5,"currency":"EUR","usage":{"amount":10.0,"unit":"count"},"credits":[{"name":"promo","amount":-0.5}],"invoice":{"month":"202611"}}
        {"billing_account_id":"01AAAA-BBBBBB","service":{"id":"9","description":"Cloud Storage"},"sku":{"id":"3","description":"Standard Storage"},"usage_start_time":"2026-11-26 08:00:00 UTC","usage_end_time":"2026-11-26 09:00:00 UTC","project":{"id":"search-prod"},"location":{"region":"europe-west4"},"cost":99,"currency":"EUR","credits":[]}
        """;

    public const string AzureCost =
        """
        BillingAccountId;SubscriptionId;SubscriptionName;ResourceGroup;ResourceId;ResourceLocation;Date;MeterId;MeterCategory;MeterSubCategory;MeterName;Quantity;UnitOfMeasure;CostInBillingCurrency;BillingCurrency;ConsumedService
        8611537;sub-1;AI;rg;/subscriptions/sub-1/accounts/oai;swedencentral;11/26/2026;m1;Cognitive Services;Azure OpenAI;gpt 5.4 mini Inp glbl Tokens;12,5;1K;1.234,56;EUR;Microsoft.CognitiveServices
        8611537;sub-1;AI;rg;/subscriptions/sub-1/vm;swedencentral;11/26/2026;m2;Virtual Machines;Dv5;D4 v5;24;1 Hour;99,00;EUR;Microsoft.Compute

        """;

    public const string AwsCur =
        """
        bill_payer_account_id,line_item_usage_account_id,line_item_usage_start_date,line_item_product_code,line_item_usage_type,line_item_operation,line_item_resource_id,line_item_usage_amount,line_item_unblended_cost,line_item_currency_code,line_item_line_item_description,pricing_unit,product_region_code,line_item_iam_principal
        111122223333,444455556666,2026-11-26T03:00:00.000Z,AmazonBedrock,EUC1-Claude-input-tokens,InvokeModel,,1000,0.0000000012,USD,$0.003 per 1K input tokens,1K tokens,eu-central-1,arn:aws:iam::444455556666:role/search
        111122223333,444455556666,2026-11-26T03:00:00.000Z,5xq,EUC1-MP,,,1,3.5,USD,Anthropic Claude (Amazon Bedrock Edition),Units,eu-central-1,
        111122223333,444455556666,2026-11-26T03:00:00.000Z,AmazonEC2,EUC1-BoxUsage,RunInstances,i-1,1,7,USD,m5.large,Hrs,eu-central-1,

        """;

    public const string Focus =
        """
        BilledCost,BillingAccountId,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName,ServiceName,ServiceCategory,SkuMeter,SubAccountId,RegionId,ResourceId
        4.25,org-1,USD,2026-11-26T00:00:00Z,2026-11-27T00:00:00Z,OpenAI,OpenAI API,AI and Machine Learning,gpt-5.4 input,proj_1,,
        1.00,111,USD,2026-11-26T00:00:00Z,2026-11-27T00:00:00Z,AWS,Amazon EC2,Compute,BoxUsage,444,eu-central-1,i-1

        """;
}
