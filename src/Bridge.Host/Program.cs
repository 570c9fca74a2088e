return await Bridge.Host.Cli.CommandLine.RunAsync(args);
