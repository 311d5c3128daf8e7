using Renga.Server;
using Renga.Server.Configuration;

return await CommandLine.InvokeAsync(args, PlatformHost.RunAsync, TakeDown.RunAsync);
