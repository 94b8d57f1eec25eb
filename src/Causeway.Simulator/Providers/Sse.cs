using System.Text;

namespace Causeway.Simulator.Providers;

/// <summary>Event stream framing.</summary>
internal static class Sse
{
    public static Frame Data(ReadOnlySpan<byte> json, long weight = 0, string newline = "\n") =>
        new((byte[])[.. "data: "u8, .. json, .. Encoding.ASCII.GetBytes(newline + newline)], weight);

    public static Frame Named(string name, ReadOnlySpan<byte> json, long weight = 0) =>
        new((byte[])[.. "event: "u8, .. Encoding.ASCII.GetBytes(name), .. "\ndata: "u8, .. json, .. "\n\n"u8], weight);
}
