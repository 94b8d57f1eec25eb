using System.Collections.Concurrent;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Causeway.Gateway.Flow;

/// <summary>
/// A closer bound of a prompt than its bytes, for budgets that are too tight for those: counted with OpenAI's own vocabulary where its models read it,
/// else by the highest ratio of tokens to bytes that settled calls of the model have shown.
/// </summary>
internal sealed class PromptTokens
{
    // A body beyond this is not worth the counting: 1 MiB takes some 50 ms.
    private const int MaxCountedBytes = 1024 * 1024;

    // Calls that have to be settled before a ratio is believed, and models that are remembered.
    private const int MinSettled = 200;
    private const int MaxModels = 4_096;

    private static readonly string[] s_o200k = ["gpt-4o", "gpt-4.1", "gpt-4.5", "gpt-5", "gpt-6", "gpt-oss", "o1", "o3", "o4"];
    private readonly ConcurrentDictionary<string, Ratio> _ratios = new(StringComparer.Ordinal);

    // Two megabytes of vocabulary that most processes never need.
    private readonly Lazy<Tokenizer> _tokenizer = new(static () => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    /// <summary>Tokens of the prompt at most; null: nothing better than its bytes is known.</summary>
    public long? Of(Received received, PinRoute pin)
    {
        if (!Bounds.IsWhole(received))
        {
            return null;
        }

        ReadOnlySpan<byte> body = received.Body.Memory.Span;
        if (HasVocabularyOf(pin))
        {
            // The whole JSON is counted: its braces, names and escapes are more than what the vendor puts around the same messages.
            return body.Length <= MaxCountedBytes ? _tokenizer.Value.CountTokens(Encoding.UTF8.GetString(body)) + Bounds.Overhead : null;
        }

        return _ratios.TryGetValue(pin.ServedBy, out Ratio? ratio) && ratio.Bound(body.Length) is { } bound ? bound + Bounds.Overhead : null;
    }

    /// <summary>The model reads the vocabulary that is counted with: the count is no guess.</summary>
    public static bool HasVocabularyOf(PinRoute pin)
    {
        string family = Family(pin.Model);
        return Array.Exists(s_o200k, known => family.StartsWith(known, StringComparison.Ordinal));
    }

    /// <summary>Learns from a call whose provider reported what the prompt was.</summary>
    public void Observe(PinRoute pin, long bodyBytes, long inputTokens)
    {
        if (bodyBytes > 0 && inputTokens > 0 && (_ratios.TryGetValue(pin.ServedBy, out Ratio? ratio) || _ratios.Count < MaxModels))
        {
            (ratio ?? _ratios.GetOrAdd(pin.ServedBy, static _ => new Ratio())).Add(bodyBytes, inputTokens);
        }
    }

    // "openai/gpt-5.4" at a router, "openai.gpt-oss-120b" at Bedrock.
    private static string Family(string model) => model[(model.LastIndexOfAny(['/', ':']) + 1)..].Replace("openai.", "", StringComparison.Ordinal);

    /// <summary>A histogram of tokens per 1,024 bytes; its 99.9th percentile with a tenth added is the bound.</summary>
    private sealed class Ratio
    {
        private const int Step = 16;
        private readonly int[] _counts = new int[(1024 / Step) + 1];
        private readonly Lock _gate = new();
        private int _settled;

        public void Add(long bytes, long tokens)
        {
            int bucket = (int)Math.Min(_counts.Length - 1, tokens * 1024 / bytes / Step);
            lock (_gate)
            {
                _counts[bucket]++;
                _settled++;
            }
        }

        public long? Bound(long bytes)
        {
            lock (_gate)
            {
                if (_settled < MinSettled)
                {
                    return null;
                }

                int above = _settled / 1000;
                int bucket = _counts.Length - 1;
                while (bucket > 0 && above >= _counts[bucket])
                {
                    above -= _counts[bucket--];
                }

                return (bytes * (bucket + 1) * Step * 11 / 10 / 1024) + 1;
            }
        }
    }
}
