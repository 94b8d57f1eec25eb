using Causeway.Releases.Pins;

namespace Causeway.Releases.Tests.Pins;

/// <summary>Against the catalogue that the product ships.</summary>
public sealed class PinResolverTests
{
    private static readonly PinResolver s_resolver = new(
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["openai"] = "openai",
            ["claude"] = "anthropic",
            ["gemini"] = "gemini",
            ["mistral"] = "mistral",
            ["deepseek"] = "deepseek",
            ["bedrock"] = "bedrock",
            ["xai"] = "xai",
            ["cohere"] = "cohere",
            ["local"] = null,
        },
        ModelCatalogue.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "models.json"))));

    [Theory]
    [InlineData("openai/gpt-5.5", "openai/gpt-5.5-2026-04-23", PinClass.Snapshot)]
    [InlineData("openai/gpt-5.5-2026-04-23", "openai/gpt-5.5-2026-04-23", PinClass.Snapshot)]
    [InlineData("openai/gpt-4o", "openai/gpt-4o-2024-08-06", PinClass.Snapshot)]
    [InlineData("openai/gpt-5.6", "openai/gpt-5.6-sol", PinClass.Undated)]
    [InlineData("openai/gpt-6-luna", "openai/gpt-6-luna", PinClass.Undated)]
    [InlineData("openai/gpt-5.9-nova", "openai/gpt-5.9-nova", PinClass.Unknown)]
    [InlineData("openai/ft:gpt-4o-2024-08-06:acme::abc", "openai/ft:gpt-4o-2024-08-06:acme::abc", PinClass.Unknown)]
    [InlineData("claude/claude-opus-4-5", "claude/claude-opus-4-5-20251101", PinClass.Snapshot)]
    [InlineData("claude/claude-haiku-4-5", "claude/claude-haiku-4-5-20251001", PinClass.Snapshot)]
    [InlineData("claude/claude-opus-4-6", "claude/claude-opus-4-6", PinClass.Snapshot)]
    [InlineData("claude/claude-opus-5-5", "claude/claude-opus-5-5", PinClass.Snapshot)]
    [InlineData("gemini/gemini-3.8-flash", "gemini/gemini-3.8-flash", PinClass.Undated)]
    [InlineData("mistral/mistral-large-latest", "mistral/mistral-large-2512", PinClass.Snapshot)]
    [InlineData("mistral/mistral-medium-latest", "mistral/mistral-medium-3-5", PinClass.Undated)]
    [InlineData("bedrock/eu.anthropic.claude-opus-5", "bedrock/eu.anthropic.claude-opus-5", PinClass.Snapshot)]
    [InlineData("bedrock/amazon.nova-pro-v1:0", "bedrock/amazon.nova-pro-v1:0", PinClass.Snapshot)]
    [InlineData("bedrock/openai.gpt-oss-120b-1:0", "bedrock/openai.gpt-oss-120b-1:0", PinClass.Snapshot)]
    [InlineData("bedrock/openai.gpt-5.6-sol", "bedrock/openai.gpt-5.6-sol", PinClass.Undated)]
    [InlineData("xai/grok-4.20-0309-reasoning", "xai/grok-4.20-0309-reasoning", PinClass.Snapshot)]
    [InlineData("xai/grok-4.7", "xai/grok-4.7", PinClass.Undated)]
    [InlineData("cohere/command-a-03-2025", "cohere/command-a-03-2025", PinClass.Snapshot)]
    [InlineData("local/meta-llama/Llama-4-Scout", "local/meta-llama/Llama-4-Scout", PinClass.Unknown)]
    public void Trap_18_a_pin_is_kept_as_firmly_as_its_vendor_names_it(string written, string kept, PinClass kind)
    {
        PinResolution resolution = s_resolver.Resolve(written, allowAlias: false);

        Assert.Equal(kept, resolution.Pin?.ToString());
        Assert.Equal(kind, resolution.Pin?.Class);
    }

    [Theory]
    [InlineData("openai/gpt-5.5", PinClass.Float)]
    [InlineData("gemini/gemini-flash-latest", PinClass.Float)]
    [InlineData("deepseek/deepseek-flash", PinClass.Float)]
    [InlineData("claude/claude-opus-5-5", PinClass.Snapshot)]
    [InlineData("local/anything", PinClass.Unknown)]
    public void An_alias_that_may_float_stays_as_it_was_written(string written, PinClass kind)
    {
        PinResolution resolution = s_resolver.Resolve(written, allowAlias: true);

        Assert.Equal(written, resolution.Pin?.ToString());
        Assert.Equal(kind, resolution.Pin?.Class);
    }

    [Theory]
    [InlineData("gemini/gemini-flash-latest", "is an alias, and which snapshot answers it is not known; name a snapshot, or allow the alias to float with --allow-alias (allow_alias)")]
    [InlineData("xai/grok-latest", "is an alias, and which snapshot answers it is not known; name a snapshot, or allow the alias to float with --allow-alias (allow_alias)")]
    [InlineData("deepseek/deepseek-flash", "is an alias of DeepSeek-V4.1-Flash-1017, which cannot be asked for by name; allow the alias to float with --allow-alias (allow_alias)")]
    public void An_alias_without_a_snapshot_is_refused_with_the_way_out(string written, string problem)
    {
        PinResolution resolution = s_resolver.Resolve(written, allowAlias: false);

        Assert.Equal((null, PinFault.AliasUnresolved, problem), (resolution.Pin, resolution.Fault, resolution.Problem));
    }

    [Fact]
    public void An_unknown_provider_is_refused()
    {
        PinResolution resolution = s_resolver.Resolve("openia/gpt-5.5", allowAlias: true);

        Assert.Equal((null, PinFault.ProviderUnknown, "names no provider of this deployment"), (resolution.Pin, resolution.Fault, resolution.Problem));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpt-5.5")]
    [InlineData("/gpt-5.5")]
    [InlineData("openai/")]
    [InlineData("openai/gpt 5")]
    [InlineData("openai/gpt\n5")]
    [InlineData("openai/gpt\u202e5")]
    public void What_is_no_pin_is_refused(string written)
    {
        Assert.Equal(PinFault.Malformed, s_resolver.Resolve(written, allowAlias: false).Fault);
        Assert.Null(PinResolver.Split(written));
    }

    [Fact]
    public void A_model_has_a_longest_name()
    {
        Assert.NotNull(PinResolver.Split("p/" + new string('m', 256)));
        Assert.Null(PinResolver.Split("p/" + new string('m', 257)));
    }

    [Fact]
    public void Only_a_snapshot_needs_no_word() =>
        Assert.Equal([PinClass.Snapshot], Enum.GetValues<PinClass>().Where(kind => PinResolver.WarningOf(kind) is null));
}
