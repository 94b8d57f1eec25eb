using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Simulator.Answers;

/// <summary>Embeddings of unit length that depend on model and text only.</summary>
internal static class Vectors
{
    public const int MaxDimensions = 4_096;

    public static int DefaultDimensions(string model) => model switch
    {
        "sim-embed" => 256,
        "text-embedding-3-large" or "gemini-embedding-001" => 3_072,
        _ => 1_536,
    };

    public static float[] Of(string model, string text, int dimensions)
    {
        ulong state = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(model + "\n" + text)));
        double[] raw = new double[dimensions];
        double squares = 0;
        for (int i = 0; i < dimensions; i++)
        {
            raw[i] = ((double)(SplitMix64(ref state) >> 11) / (1UL << 52)) - 1;
            squares += raw[i] * raw[i];
        }

        double length = Math.Sqrt(squares);
        return Array.ConvertAll(raw, value => (float)(value / length));
    }

    /// <summary>Little-endian float32, as OpenAI encodes them.</summary>
    public static string Base64(float[] vector)
    {
        byte[] bytes = new byte[vector.Length * sizeof(float)];
        for (int i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        }

        return Convert.ToBase64String(bytes);
    }

    private static ulong SplitMix64(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
