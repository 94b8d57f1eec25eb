using BenchmarkDotNet.Running;
using Causeway.Benchmarks.Budgets;

if (args is ["ledger", .. string[] rest])
{
    await LedgerLoad.RunAsync(rest);
}
else if (args is ["shared", .. string[] others])
{
    await SharedLedgerLoad.RunAsync(others);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
