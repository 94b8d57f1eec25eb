using System.Text;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Tests.Requests;

public sealed class MultipartModelTests
{
    [Theory]
    [InlineData("Content-Disposition: form-data; name=\"model\"")]
    [InlineData("content-disposition: form-data; name=model")]
    [InlineData("CONTENT-DISPOSITION:FORM-DATA; NAME=\"model\"")]
    [InlineData("Content-Type: text/plain\r\nContent-Disposition: form-data; filename=\"a;b.txt\"; name=\"model\"")]
    [InlineData("Content-Disposition: form-data ; name = \"model\" ;")]
    public void A_name_is_found_however_its_header_is_written(string header)
    {
        byte[] form = Form(header, "gpt-5.4-mini");

        Assert.True(MultipartModel.TryFind("edge", form, out string? model, out ByteRange range));
        Assert.Equal(("gpt-5.4-mini", "gpt-5.4-mini"), (model, Encoding.UTF8.GetString(form.AsSpan(range.Start, range.Length))));
    }

    [Theory]
    [InlineData("Content-Disposition: form-data; NAME=\"model\"")]
    [InlineData("content-disposition: FORM-DATA; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name*=utf-8''model")]
    [InlineData("Content-Disposition: form-data; name=\"mod\\el\"")]
    [InlineData("Content-Disposition: form-data; name=\"Model\"")]
    [InlineData("Content-Disposition: form-data; name=\"x\"; name=\"model\"")]
    [InlineData("Content-Disposition: form-data;\r\n name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"x\"\r\nContent-Disposition: form-data; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"model")]
    public void A_second_model_is_no_form_that_can_be_read(string header) =>
        Assert.False(MultipartModel.TryFind("edge", Form("Content-Disposition: form-data; name=\"model\"", "a", header, "b"), out _, out _));

    [Fact]
    public void Other_parts_name_none()
    {
        Assert.True(MultipartModel.TryFind("edge", Form("Content-Disposition: form-data; name=\"file\"; filename=\"model\"", "x", "Content-Disposition: form-data; name=\"prompt\"", "name=\"model\""), out string? model, out _));
        Assert.Null(model);
    }

    private static byte[] Form(params string[] headersAndContents) =>
        Encoding.UTF8.GetBytes(string.Concat(headersAndContents.Chunk(2).Select(part => $"--edge\r\n{part[0]}\r\n\r\n{part[1]}\r\n")) + "--edge--\r\n");
}
