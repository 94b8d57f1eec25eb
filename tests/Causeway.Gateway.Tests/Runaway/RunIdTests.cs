using Causeway.Gateway.Flow;
using Causeway.Gateway.Runaway;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Tests.Runaway;

public sealed class RunIdTests
{
    [Theory]
    [InlineData(null, null, null, 0)]
    [InlineData("run-7", null, "run-7", 1)]
    [InlineData("run-7", "1", "run-7", 1)]
    [InlineData("ci/build:42", "1000", "ci/build:42", 1000)]
    public void The_headers_name_a_run_and_its_depth(string? name, string? depth, string? expected, int expectedDepth)
    {
        bool read = RunId.TryRead(Request(name, depth), out RunId? run, out GatewayError? error);

        Assert.True(read);
        Assert.Null(error);
        Assert.Equal((expected, expectedDepth), (run?.Name, run?.Depth ?? 0));
    }

    [Theory]
    [InlineData("", null, "x-causeway-run")]
    [InlineData("two words", null, "x-causeway-run")]
    [InlineData("naïve", null, "x-causeway-run")]
    [InlineData("a\u0001", null, "x-causeway-run")]
    [InlineData("run", "0", "x-causeway-run-depth")]
    [InlineData("run", "-1", "x-causeway-run-depth")]
    [InlineData("run", "+1", "x-causeway-run-depth")]
    [InlineData("run", "1001", "x-causeway-run-depth")]
    [InlineData("run", "99999999999", "x-causeway-run-depth")]
    [InlineData("run", "deep", "x-causeway-run-depth")]
    [InlineData(null, "2", "x-causeway-run-depth")]
    public void A_header_that_cannot_be_read_is_refused(string? name, string? depth, string param)
    {
        bool read = RunId.TryRead(Request(name, depth), out RunId? run, out GatewayError? error);

        Assert.False(read);
        Assert.Null(run);
        Assert.Equal((ErrorKind.Malformed, "run_invalid", param, false), (error!.Kind, error.Code, error.Param, error.ShouldRetry));
    }

    [Fact]
    public void Two_runs_and_a_name_of_129_characters_are_refused()
    {
        HttpRequest two = Request(null, null);
        two.Headers["x-causeway-run"] = new StringValues(["a", "b"]);

        Assert.False(RunId.TryRead(two, out _, out _));
        Assert.True(RunId.TryRead(Request(new string('r', 128), null), out _, out _));
        Assert.False(RunId.TryRead(Request(new string('r', 129), null), out _, out _));
    }

    private static HttpRequest Request(string? name, string? depth)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        if (name is not null)
        {
            request.Headers["x-causeway-run"] = name;
        }

        if (depth is not null)
        {
            request.Headers["x-causeway-run-depth"] = depth;
        }

        return request;
    }
}
