namespace Causeway.Gateway.Tests.House;

/// <summary>The bound on every wait for a signal: a test that hangs says where.</summary>
internal static class Patience
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(20);

    public static Task Soon(this Task task) => task.WaitAsync(s_long, GatewayHouse.Token);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(s_long, GatewayHouse.Token);
}
