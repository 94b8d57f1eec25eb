using System.CommandLine;
using Causeway.Commands;
using Causeway.Composition;

// Kestrel and the upstream client run their continuations on the thread that polled the socket: a third less CPU per request.
// Read once by the runtime when the first socket is made. Condition: nothing on the data path may block.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

// Kestrel takes a bare LF as the end of a header line unless told otherwise: two parsers could read two different requests.
AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);

RootCommand root = CommandLine.Create(Up.RunAsync, Simulate.RunAsync, Doctor.RunAsync, first: args.FirstOrDefault());
return await root.RunAsync(args);
