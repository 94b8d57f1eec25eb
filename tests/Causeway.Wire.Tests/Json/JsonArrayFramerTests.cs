using System.Text;
using Causeway.Wire.Json;

namespace Causeway.Wire.Tests.Json;

public sealed class JsonArrayFramerTests
{
    [Theory]
    [InlineData("[{\"a\":1}\n,\r\n{\"b\":\"]}\"}]\n", "{\"a\":1}|{\"b\":\"]}\"}", true)]
    [InlineData("[]", "", true)]
    [InlineData(" [ ] \n", "", true)]
    [InlineData("[{\"a\":\"\\\"\\\\\"}]", "{\"a\":\"\\\"\\\\\"}", true)]
    [InlineData("[[1,2],3,\"x,y\"]", "[1,2]|3|\"x,y\"", true)]
    [InlineData("{\"error\":{\"code\":400}}\n", "{\"error\":{\"code\":400}}", true)]
    [InlineData("[{\"a\":1}", "{\"a\":1}", false)]
    [InlineData("[{\"a\":1},", "{\"a\":1}", false)]
    [InlineData("[{\"a\":1},{\"b\":", "{\"a\":1}", false)]
    [InlineData("", "", false)]
    public void Elements_are_found_and_every_byte_is_in_a_frame(string stream, string elements, bool closed)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(stream);

        for (int size = 1; size <= Math.Max(1, bytes.Length); size++)
        {
            JsonArrayFramer framer = default;
            List<string> found = [];
            int start = 0;
            for (int end = Math.Min(size, bytes.Length); ; end = Math.Min(end + size, bytes.Length))
            {
                while (framer.TryFrame(bytes.AsSpan(start..end), out int length, out ByteRange element))
                {
                    if (element.Length > 0)
                    {
                        found.Add(Encoding.UTF8.GetString(bytes, start + element.Start, element.Length));
                    }

                    start += length;
                }

                if (end == bytes.Length)
                {
                    break;
                }
            }

            Assert.Equal(elements, string.Join('|', found));
            Assert.Equal(closed, framer.Closed);
            Assert.True(!closed || start == bytes.Length, "bytes left over");
        }
    }
}
