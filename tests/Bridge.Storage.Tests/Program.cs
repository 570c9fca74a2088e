using Bridge.Storage.Tests;

if (Child.IsMe)
{
    await Child.WorkAsync();
    return 0;
}

return await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
