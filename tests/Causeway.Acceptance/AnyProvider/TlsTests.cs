using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.AnyProvider;

/// <summary>Providers are spoken to by TLS, and one whose certificate is not its own gets nothing.</summary>
public sealed class TlsTests(TlsTests.TlsHouse house) : IClassFixture<TlsTests.TlsHouse>
{
    [Fact]
    public async Task A_provider_with_a_certificate_answers_over_connections_that_are_used_again()
    {
        string key = await house.Gateway.NewKeyAsync();
        await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody("trusted/gpt-5.4-mini"));
        int before = house.Trusted.Connections;

        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(200, (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody("trusted/gpt-5.4-mini"))).Status);
            (int status, string text, _) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody("trusted/gpt-5.4-mini", stream: true));
            Assert.Equal((200, true), (status, text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal)));
        }

        Assert.InRange(house.Trusted.Connections - before, 0, 1);
    }

    [Fact]
    public async Task A_large_request_arrives_whole()
    {
        string key = await house.Gateway.NewKeyAsync();
        string body = Ask.ChatBody("trusted/gpt-5.4-mini").Replace("Hello", new string('x', 2_000_000), StringComparison.Ordinal);

        Assert.Equal(200, (await Ask.SendAsync(house.Gateway, key, Ask.Chat, body)).Status);
    }

    [Theory]
    [InlineData("elsewhere")]
    [InlineData("stranger")]
    public async Task A_certificate_of_another_name_or_of_an_unknown_authority_gets_nothing(string provider)
    {
        string key = await house.Gateway.NewKeyAsync();

        (int status, string text, _) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody($"{provider}/gpt-5.4-mini"));

        Assert.Equal(503, status);
        Assert.Contains("certificate", text, StringComparison.Ordinal);
    }

    /// <summary>Three providers by TLS: one that is trusted, one under another name, one of an authority that nobody knows.</summary>
    public sealed class TlsHouse : House, IAsyncDisposable
    {
        private TlsFront? _stranger;

        internal TlsFront Trusted { get; private set; } = null!;

        internal override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(base.Environment) { ["SSL_CERT_FILE"] = InFolder("authority.pem") };

        async ValueTask IAsyncDisposable.DisposeAsync()
        {
            await DisposeAsync();
            Trusted.Dispose();
            _stranger?.Dispose();
        }

        private protected override string Configured()
        {
            Trusted = new TlsFront(Providers.Address);
            _stranger = new TlsFront(Providers.Address);
            File.WriteAllText(InFolder("authority.pem"), Trusted.Authority);
            return $$"""
                listen: 127.0.0.1:0
                store: sqlite:data/causeway.db
                admin:
                  token: ${CAUSEWAY_ADMIN_TOKEN}
                providers:
                  - name: trusted
                    protocol: openai
                    endpoint: https://localhost:{{Trusted.Port}}/openai/v1
                    key: ${OPENAI_KEY}
                  - name: elsewhere
                    protocol: openai
                    endpoint: https://127.0.0.1:{{Trusted.Port}}/openai/v1
                    key: ${OPENAI_KEY}
                  - name: stranger
                    protocol: openai
                    endpoint: https://localhost:{{_stranger.Port}}/openai/v1
                    key: ${OPENAI_KEY}

                """;
        }
    }
}
