using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;

namespace Causeway.Storage.Tests.Conformance;

public sealed class StepBytesTests
{
    [Fact]
    public void What_is_written_is_read_again_and_takes_its_most_at_most()
    {
        StepTimes steps = default;
        for (RequestStep step = RequestStep.Identify; (int)step < StepTimes.Most; step++)
        {
            steps.Begin(step, TimeSpan.MaxValue);
        }

        byte[] bytes = StepBytes.Of(steps)!;

        Assert.Equal(StepBytes.Most, bytes.Length);
        Assert.Equal(steps, StepBytes.Read(bytes));
        Assert.Null(StepBytes.Of(default));
    }

    [Fact]
    public void A_step_of_a_later_version_is_left_out()
    {
        StepTimes steps = StepBytes.Read([0, 0, 200, 0xac, 2, (byte)RequestStep.Call, 0xac, 2]);

        Assert.Equal([RequestStep.Identify, RequestStep.Call], steps.Until(TimeSpan.FromSeconds(1)).Select(step => step.Step));
        Assert.Equal(TimeSpan.FromMicroseconds(300), steps.BeginOf(RequestStep.Call));
    }

    [Theory]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 0, 0x80 })]
    [InlineData(new byte[] { 0, 0x80, 0x80, 0x80, 0x80, 0x80, 1 })]
    public void Bytes_that_are_cut_off_or_no_number_are_refused(byte[] bytes) => Assert.Throws<InvalidDataException>(() => StepBytes.Read(bytes));
}
