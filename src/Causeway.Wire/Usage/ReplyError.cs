using Causeway.Wire.Json;

namespace Causeway.Wire.Usage;

/// <summary>The code of an error inside a reply, as every protocol of this room spells it somewhere.</summary>
internal static class ReplyError
{
    private const int Code = 0;
    private const int Type = 1;
    private const int Status = 2;

    private static readonly JsonPaths Paths = new("code", "type", "status");

    /// <summary>Takes the most telling word of a raw <c>error</c> value: its code, type or status, and a code in figures only if need be.</summary>
    /// <returns>False when the value is null, that is, no error.</returns>
    public static bool Take(ResponseMeter meter, ReadOnlySpan<byte> error)
    {
        if (error.SequenceEqual("null"u8))
        {
            return false;
        }

        string? code = null, type = null, status = null, figures = null;
        JsonTap tap = new(Paths);
        while (tap.TryRead(ref error, out int path, out ReadOnlySpan<byte> value))
        {
            switch (path)
            {
                case Code when JsonText.TryCount(value, int.MaxValue, out long number):
                    figures = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
                    break;
                case Code:
                    code = JsonText.Word(value);
                    break;
                case Type:
                    type = JsonText.Word(value);
                    break;
                case Status:
                    status = JsonText.Word(value);
                    break;
            }
        }

        meter.ErrorCode = code ?? type ?? status ?? figures ?? "error";
        return true;
    }
}
