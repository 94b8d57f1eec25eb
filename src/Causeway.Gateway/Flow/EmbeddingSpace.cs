using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Flow;

/// <summary>
/// The space that a request's vectors are of: its model, the dimensions and the task that it states. Vectors of one space compare, of two they do not, and an index that holds both is wrong without anybody
/// noticing. So a fallback never leaves the space of the first pin, the answer says which one it is, and a caller that says which one its index is of is refused any other.
/// </summary>
internal static class EmbeddingSpace
{
    /// <summary>On the answer: the space of its vectors. On the request: the one that it takes.</summary>
    public const string Header = "x-causeway-embedding-space";

    private const string Prefix = "space_";
    private const int Digits = 32;

    // Tasks of one index: what is stored for one is searched for with the other.
    private static readonly string[] s_retrieval = ["RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT", "QUESTION_ANSWERING", "FACT_VERIFICATION", "CODE_RETRIEVAL_QUERY"];

    /// <summary>Keeps a request in the space of its first pin. What makes no vectors passes as it is.</summary>
    public static Verdict<Plan> Run(Call call, Received received, Plan plan)
    {
        if (call.Operation is not (Operation.Embeddings or Operation.EmbedContent or Operation.BatchEmbedContents))
        {
            return plan;
        }

        PinRoute first = plan.Pins[0];
        string? space = Stated(call.Operation, received.Body.Memory.Span) is { } stated ? Of(first.Model, stated) : null;
        StringValues wanted = call.Context.Request.Headers[Header];
        if (wanted.Count > 0 && (wanted is not [{ } named] || named != space))
        {
            return new GatewayError(
                ErrorKind.Conflict,
                "embedding_space_mismatch",
                $"The request takes vectors of {Shown(wanted)} alone ({Header}), and {first.ServedBy} would make {(space is null ? "some of one space and some of another" : "them of " + space)}. Vectors of two spaces do not compare: ask the model and the dimensions that the index was made with, or make the index anew.")
            { Param = Header };
        }

        ImmutableArray<PinRoute> same = [.. plan.Pins.Where(pin => pin.Model == first.Model)];
        return plan with { Pins = same, Space = space };
    }

    /// <summary>Names a space.</summary>
    /// <param name="model">The model in its provider's words.</param>
    /// <param name="stated">What the request says of its vectors.</param>
    public static string Of(string model, VectorShape stated) => Prefix + Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{model}\n{stated.Dimensions}\n{stated.Task}"))))[..Digits];

    /// <summary>What a body says of its vectors; null: of some this and of others that.</summary>
    public static VectorShape? Stated(Operation operation, ReadOnlySpan<byte> body)
    {
        Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = 64 });
        reader.Read();
        if (operation != Operation.BatchEmbedContents)
        {
            return Shape(ref reader);
        }

        VectorShape? all = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isRequests = reader.ValueTextEquals("requests"u8);
            reader.Read();
            if (!isRequests || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                VectorShape one = Shape(ref reader);
                if (all is { } before && before != one)
                {
                    return null;
                }

                all = one;
            }
        }

        return all ?? default(VectorShape);
    }

    // From the object's beginning to its end. The scanner has read the body whole before: it is sound.
    private static VectorShape Shape(ref Utf8JsonReader reader)
    {
        long? dimensions = null;
        string? task = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isDimensions = reader.ValueTextEquals("dimensions"u8) || reader.ValueTextEquals("outputDimensionality"u8) || reader.ValueTextEquals("output_dimensionality"u8);
            bool isTask = reader.ValueTextEquals("taskType"u8) || reader.ValueTextEquals("task_type"u8);
            reader.Read();
            dimensions = isDimensions && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) ? number : dimensions;
            task = isTask && reader.TokenType == JsonTokenType.String ? Family(reader.GetString()!) : task;
            reader.Skip();
        }

        return new VectorShape(dimensions, task);
    }

    private static string Family(string task) => s_retrieval.Contains(task, StringComparer.Ordinal) ? "RETRIEVAL" : task;

    private static string Shown(StringValues wanted) =>
        wanted is [{ Length: <= 64 } one] && !one.AsSpan().ContainsAnyExceptInRange('!', '~') ? one : "something that is no space";
}

/// <summary>What a request says of the vectors that it asks for.</summary>
/// <param name="Dimensions">Of each; null: as many as the model makes.</param>
/// <param name="Task">What they are for; null: that is not said.</param>
internal readonly record struct VectorShape(long? Dimensions, string? Task);
