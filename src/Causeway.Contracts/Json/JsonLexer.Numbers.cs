namespace Causeway.Contracts.Json;

/// <content>Numbers.</content>
internal sealed partial class JsonLexer
{
    private enum NumberPart
    {
        Minus,
        Zero,
        Whole,
        Dot,
        Fraction,
        Mark,
        Sign,
        Exponent,
    }

    private bool IsWholeNumber => _number is NumberPart.Zero or NumberPart.Whole or NumberPart.Fraction or NumberPart.Exponent;

    private LexEvent InNumber(ReadOnlySpan<byte> piece, ref int at)
    {
        while (at < piece.Length)
        {
            byte sign = piece[at];
            NumberPart? next = Follow(sign);
            if (next is null)
            {
                if (!IsWholeNumber || (_number == NumberPart.Zero && char.IsAsciiDigit((char)sign)))
                {
                    return Wrong(_number == NumberPart.Zero ? "a number begins with a zero" : "a number is not complete");
                }

                _state = State.After;
                return LexEvent.NumberEnd;
            }

            _number = next.Value;
            at++;
        }

        return LexEvent.None;
    }

    private NumberPart? Follow(byte sign)
    {
        bool isDigit = char.IsAsciiDigit((char)sign);
        bool isMark = (sign | 0x20) == 'e';
        return _number switch
        {
            NumberPart.Minus => sign == '0' ? NumberPart.Zero : isDigit ? NumberPart.Whole : null,
            NumberPart.Zero => sign == '.' ? NumberPart.Dot : isMark ? NumberPart.Mark : null,
            NumberPart.Whole => isDigit ? NumberPart.Whole : sign == '.' ? NumberPart.Dot : isMark ? NumberPart.Mark : null,
            NumberPart.Dot => isDigit ? NumberPart.Fraction : null,
            NumberPart.Fraction => isDigit ? NumberPart.Fraction : isMark ? NumberPart.Mark : null,
            NumberPart.Mark => isDigit ? NumberPart.Exponent : sign is (byte)'+' or (byte)'-' ? NumberPart.Sign : null,
            _ => isDigit ? NumberPart.Exponent : null,
        };
    }
}
