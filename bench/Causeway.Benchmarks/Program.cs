using BenchmarkDotNet.Running;
using Causeway.Benchmarks.Budgets;
using Causeway.Benchmarks.Releases;
using Causeway.Benchmarks.Shadow;
using Causeway.Benchmarks.Storage;

if (args is ["ledger", .. string[] rest])
{
    await LedgerLoad.RunAsync(rest);
}
else if (args is ["shared", .. string[] others])
{
    await SharedLedgerLoad.RunAsync(others);
}
else if (args is ["usage", .. string[] sizes])
{
    await UsageLoad.RunAsync(sizes);
}
else if (args is ["scan", .. string[] folders])
{
    await ScanLoad.RunAsync(folders);
}
else if (args is ["import", .. string[] rows])
{
    await ImportLoad.RunAsync(rows);
}
else if (args is ["routing", .. string[] channels])
{
    await RoutingLoad.RunAsync(channels);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
