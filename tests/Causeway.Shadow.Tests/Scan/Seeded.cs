using System.Text;

namespace Causeway.Shadow.Tests.Scan;

/// <summary>Credentials that nobody was given, the same for the same seed.</summary>
internal sealed class Seeded(int seed)
{
    public const string Digits = "0123456789";
    public const string Hex = "0123456789abcdef";
    public const string Lower = "abcdefghijklmnopqrstuvwxyz0123456789";
    public const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    public const string Url = Base62 + "-_";
    private readonly Random _random = new(seed);

    public string Text(string alphabet, int length)
    {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++)
        {
            text.Append(alphabet[_random.Next(alphabet.Length)]);
        }

        return text.ToString();
    }

    public int Next(int most) => _random.Next(most);

    public T Of<T>(params IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    public string Uuid() => $"{Text(Hex, 8)}-{Text(Hex, 4)}-4{Text(Hex, 3)}-a{Text(Hex, 3)}-{Text(Hex, 12)}";

    /// <summary>A credential of a rule, and what has to stand elsewhere in its file; null: the rule finds no credential.</summary>
    public (string Secret, string Companion)? Secret(string rule) => rule switch
    {
        "openai_key" => (Of(
            $"sk-{Of("proj", "svcacct", "admin")}-{Text(Url, 74)}T3BlbkFJ{Text(Base62, 74)}",
            $"sk-proj-{Text(Base62, 58)}T3BlbkFJ{Text(Base62, 58)}",
            $"sk-{Text(Base62, 20)}T3BlbkFJ{Text(Base62, 20)}"), ""),
        "anthropic_key" => ($"sk-ant-{Of("api03", "admin01")}-{Text(Url, 93)}AA", ""),
        "anthropic_token" => ($"sk-ant-oat01-{Text(Base62, 93)}AA", ""),
        "google_api_key" => ("AIzaSy" + Text(Base62, 33), ""),
        "google_auth_key" => ("AQ.A" + Text(Base62, 49), ""),
        "google_oauth_token" => ("ya29." + Text(Base62, 120), ""),
        "google_service_account" => ("\"type\": \"service_account\"", "\"private_key\": \"…\""),
        "azure_openai_key" => ($"{Text(Base62, 52)}JQQJ99B{Of("A", "C", "L")}{Text(Base62, 10)}AC{Text(Base62, 4)}O{Text(Base62, 7)}", ""),
        "azure_openai_hex_key" => (Text(Hex, 32), "https://corp-ai.openai.azure.com/"),
        "azure_client_secret" => ($"{Text(Base62, 3)}8Q~{Text(Base62, 34)}", ""),
        "aws_access_key" => ("AKIA" + Text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16), ""),
        "aws_secret_key" => (Text(Base62 + "/+", 40), "aws"),
        "bedrock_key" => ("ABSK" + Text(Base62, 128), ""),
        "bedrock_short_key" => ("bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t" + Text(Base62, 200), ""),
        "groq_key" => ("gsk_" + Text(Base62, 52), ""),
        "xai_key" => ("xai-" + Text(Base62, 80), ""),
        "openrouter_key" => ("sk-or-v1-" + Text(Hex, 64), ""),
        "perplexity_key" => ("pplx-" + Text(Base62, 48), ""),
        "huggingface_token" => ("hf_" + Text(Base62, 34), ""),
        "nvidia_key" => ("nvapi-" + Text(Base62, 64), ""),
        "replicate_token" => ("r8_" + Text(Base62, 37), ""),
        "databricks_token" => ("dapi" + Text(Hex, 32), ""),
        "elevenlabs_key" => ("sk_" + Text(Hex, 48), ""),
        "deepseek_key" => ("sk-" + Text(Lower, 32), ""),
        "cohere_key" => (Text(Base62, 40), ""),
        "mistral_key" => (Text(Base62, 32), ""),
        "together_key" => (Text(Hex, 64), ""),
        "fireworks_key" => ("fw_" + Text(Base62, 24), "fireworks"),
        "cerebras_key" => ("csk-" + Text(Lower, 48), ""),
        "voyage_key" => ("pa-" + Text(Base62, 43), ""),
        "langfuse_key" => ($"{Of("sk", "pk")}-lf-{Uuid()}", ""),
        "langsmith_key" => ($"lsv2_pt_{Text(Hex, 32)}_{Text(Hex, 10)}", ""),
        "vercel_gateway_key" => ("vck_" + Text(Base62, 50), ""),
        "github_token" => (Github(), ""),
        _ => null,
    };

    /// <summary>A GitHub token whose checksum holds, computed here a second time.</summary>
    public string Github()
    {
        string body = Text(Base62, 30);
        uint crc = Crc32(body);
        string digits = "";
        for (int i = 0; i < 6; i++, crc /= 62)
        {
            digits = Base62[(int)(crc % 62)] + digits;
        }

        return $"ghp_{body}{digits}";
    }

    // Not reflected, most significant bit first: another way to the number than the one under test.
    private static uint Crc32(string text)
    {
        uint crc = ~0u;
        foreach (char one in text)
        {
            crc ^= (uint)Mirrored(one, 8) << 24;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x80000000u) != 0 ? (crc << 1) ^ 0x04C11DB7u : crc << 1;
            }
        }

        return (uint)Mirrored(~crc, 32);
    }

    private static ulong Mirrored(ulong value, int bits)
    {
        ulong mirrored = 0;
        for (int bit = 0; bit < bits; bit++)
        {
            mirrored |= ((value >> bit) & 1) << (bits - 1 - bit);
        }

        return mirrored;
    }
}
