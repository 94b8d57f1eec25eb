using System.Buffers;
using System.Globalization;
using Causeway.Contracts.Json;

namespace Causeway.Contracts.Schemas.Graph;

/// <summary>A schema's text in its canonical form: no white space, no needless escapes, members and numbers as they were written.</summary>
internal static class SchemaText
{
    /// <summary>Reads a text and writes it canonically.</summary>
    /// <exception cref="SchemaException">It is no JSON, too large or nested too deeply.</exception>
    public static SchemaDocument Document(ReadOnlySpan<byte> utf8, string uri)
    {
        ReadOnlySpan<byte> text = utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        if (text.Length > SchemaLimits.MaxBytes)
        {
            throw new SchemaException("", $"The schema has {text.Length.ToString(CultureInfo.InvariantCulture)} bytes; 1 MiB is the most that is taken.");
        }

        var tape = new JsonTape();
        Read(tape, text);
        var output = new ArrayBufferWriter<byte>(text.Length + 1);
        Write(new JsonView(text, tape.Nodes), 0, output);
        byte[] canonical = output.WrittenSpan.ToArray();
        Read(tape, canonical);
        var document = new SchemaDocument(uri, canonical, tape.Nodes.ToArray());
        tape.Trim();
        return document;
    }

    private static void Read(JsonTape tape, ReadOnlySpan<byte> text)
    {
        JsonFault fault = tape.Read(text);
        if (fault.Reason is not null)
        {
            throw new SchemaException("", $"The schema is no JSON: {fault.Reason}, at byte {fault.Position.ToString(CultureInfo.InvariantCulture)}.");
        }
    }

    private static void Write(JsonView view, int at, ArrayBufferWriter<byte> output)
    {
        switch (view.Kind(at))
        {
            case TokenKind.String:
                WriteString(view, at, output);
                break;
            case TokenKind.Array:
                output.Write("["u8);
                for (int item = at + 1; item < view.Nodes[at].Next; item = view.Nodes[item].Next)
                {
                    Separate(item == at + 1, output);
                    Write(view, item, output);
                }

                output.Write("]"u8);
                break;
            case TokenKind.Object:
                output.Write("{"u8);
                for (int name = at + 1; name < view.Nodes[at].Next; name = view.Nodes[name + 1].Next)
                {
                    Separate(name == at + 1, output);
                    WriteString(view, name, output);
                    output.Write(":"u8);
                    Write(view, name + 1, output);
                }

                output.Write("}"u8);
                break;
            default:
                output.Write(view.Spelled(at));
                break;
        }
    }

    private static void WriteString(JsonView view, int at, ArrayBufferWriter<byte> output)
    {
        if (view.Nodes[at].IsEscaped)
        {
            JsonStrings.Write(view.StringBytes(at), output);
            return;
        }

        output.Write("\""u8);
        output.Write(view.Spelled(at));
        output.Write("\""u8);
    }

    private static void Separate(bool isFirst, ArrayBufferWriter<byte> output)
    {
        if (!isFirst)
        {
            output.Write(","u8);
        }
    }
}
